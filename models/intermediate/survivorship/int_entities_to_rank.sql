-- One row per entity whose claims this build ranks, with the moment for which it ranks them. The tables of the claims
-- hold these entities only; the marts hold all.
{{ config(materialized='view') }}

with moments as (

    select * from {{ ref('int_entity_moments') }}

),

to_rank as (

    select
        entity_id,
        ranked_at
    from moments
    where ranked_because is not null and ranked_because != 'gone'

)

select * from to_rank
