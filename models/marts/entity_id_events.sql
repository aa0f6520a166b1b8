-- One row per event in the life of an entity id.
{{ config(materialized='view') }}

with int_entity_id_events as (

    select * from {{ ref('int_entity_id_events') }}

),

events as (

    select
        entity_id,
        event,
        other_entity_id::varchar as other_entity_id,
        run_id,
        happened_at
    from int_entity_id_events

)

select * from events
