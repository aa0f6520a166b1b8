-- One row per source and field, or source and `*`: the trust of the seed, and that of declared lists.
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
        source_name,
        field_name,
        trust
    from source_trust
    union all
    select
        source_name,
        field_name,
        json_extract_string(trust, '/' || field_name)::integer as trust
    from of_lists

)

select * from unioned
