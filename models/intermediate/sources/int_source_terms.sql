-- One row per source and group of fields: what the terms of the seed allow, and those of declared lists.
{{ config(materialized='view') }}

with source_terms as (

    select * from {{ ref('source_terms') }}

),

stg_ops__lists as (

    select * from {{ ref('stg_ops__lists') }}

),

unioned as (

    select
        source_name,
        field_group,
        string_split_regex(trim(id_namespaces), '\s+') as id_namespaces,
        retention_days,
        republish
    from source_terms
    union all
    select
        source_name,
        'all' as field_group,
        null as id_namespaces,
        retention_days,
        republish
    from stg_ops__lists
    where retention_days is not null

)

select * from unioned
