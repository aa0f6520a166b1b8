-- One row per entity whose names have all expired: the terms of its sources no longer allow its name to be kept.
{{ config(materialized='view') }}

with names as (

    select * from {{ ref('int_claims_ranked') }}
    where field_name = 'entity_name' and is_current

),

unnameable as (

    select entity_id
    from names
    group by entity_id
    having bool_or(is_expired) and not bool_or(is_winner)

)

select * from unnameable
