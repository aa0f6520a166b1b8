-- One row per source and field, or source and `*`: the trust of the seed, and that of declared lists. Where a list
-- with the name of a source of the seed states a trust, only the list counts.
{{ config(materialized='view') }}

with source_trust as (

    select * from {{ ref('source_trust') }}

),

stg_ops__lists as (

    select * from {{ ref('stg_ops__lists') }}

),

of_lists as (

    select
        source_name,
        trust,
        unnest(json_keys(trust)) as field_name
    from stg_ops__lists

),

unioned as (

    select
        source_trust.source_name,
        source_trust.field_name,
        source_trust.trust
    from source_trust
    anti join of_lists
        on source_trust.source_name = of_lists.source_name
    union all
    select
        source_name,
        field_name,
        json_extract_string(trust, '/' || field_name)::integer as trust
    from of_lists

)

select * from unioned
