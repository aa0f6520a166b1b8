-- One row per source and field: trust, half-life, and what the source's terms allow. A row of the seeds for a source as
-- a whole counts where there is none for the field.
with strategies as (

    select * from {{ ref('field_strategies') }}

),

source_trust as not materialized (

    select * from {{ ref('source_trust') }}

),

source_terms as not materialized (

    select * from {{ ref('source_terms') }}

),

half_lives as (

    select * from {{ ref('field_half_life') }}

),

catalogue as (

    select * from {{ ref('sources') }}

),

ranked_sources as (

    select distinct source_name from source_trust

),

terms as (

    select
        strategies.field_name,
        ranked_sources.source_name,
        strategies.strategy,
        strategies.is_monitored,
        coalesce(own.trust, general.trust) as trust,
        half_lives.half_life_days,
        -- Not the first that is given: a group without a number of days may be kept for ever.
        if(kept.source_name is null, whole.retention_days, kept.retention_days) as retention_days,
        coalesce(kept.republish, whole.republish, catalogue.republish) as may_republish,
        catalogue.licence
    from strategies
    cross join ranked_sources
    left join source_trust as own
        on ranked_sources.source_name = own.source_name and strategies.field_name = own.field_name
    left join source_trust as general
        on ranked_sources.source_name = general.source_name and general.field_name = '*'
    left join half_lives
        on strategies.field_name = half_lives.field_name
    left join source_terms as kept
        on ranked_sources.source_name = kept.source_name and strategies.terms_group = kept.field_group
    left join source_terms as whole
        on ranked_sources.source_name = whole.source_name and whole.field_group = 'all'
    left join catalogue
        on ranked_sources.source_name = catalogue.source_name

)

select * from terms
