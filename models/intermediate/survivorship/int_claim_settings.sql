-- One row per source and field: trust, half-life, and what the source's terms allow. A seed row for the whole source
-- applies where the field has no row. Ids of a namespace with terms of its own have a further row.
with strategies as (

    select * from {{ ref('field_strategies') }}

),

source_trust as not materialized (

    select * from {{ ref('int_source_trust') }}

),

source_terms as not materialized (

    select * from {{ ref('int_source_terms') }}

),

half_lives as (

    select * from {{ ref('field_half_life') }}

),

catalogue as (

    select * from {{ ref('int_sources') }}

),

ranked_sources as (

    select distinct source_name from source_trust

),

terms as (

    select
        strategies.field_name,
        ranked_sources.source_name,
        null as id_namespace,
        strategies.strategy,
        strategies.is_monitored,
        coalesce(own.trust, general.trust) as trust,
        half_lives.half_life_days,
        -- Not a coalesce: an empty number of days for a group means no limit.
        if(field_terms.source_name is null, general_terms.retention_days, field_terms.retention_days) as retention_days,
        coalesce(field_terms.republish, general_terms.republish, catalogue.republish) as may_republish,
        catalogue.licence
    from strategies
    cross join ranked_sources
    left join source_trust as own
        on ranked_sources.source_name = own.source_name and strategies.field_name = own.field_name
    left join source_trust as general
        on ranked_sources.source_name = general.source_name and general.field_name = '*'
    left join half_lives
        on strategies.field_name = half_lives.field_name
    left join source_terms as field_terms
        on ranked_sources.source_name = field_terms.source_name and strategies.terms_group = field_terms.field_group
    left join source_terms as general_terms
        on ranked_sources.source_name = general_terms.source_name and general_terms.field_group = 'all'
    left join catalogue
        on ranked_sources.source_name = catalogue.source_name

),

id_terms as (

    select
        terms.* replace (
            ids.id_namespace as id_namespace,
            ids.retention_days as retention_days,
            ids.republish as may_republish
        )
    from terms
    inner join (
        select
            source_name,
            unnest(id_namespaces) as id_namespace,
            retention_days,
            republish
        from source_terms
    ) as ids
        on terms.source_name = ids.source_name
    where terms.field_name = 'external_ids'

),

unioned as (

    select * from terms
    union all
    select * from id_terms

)

select * from unioned
