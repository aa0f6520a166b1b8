-- One row per record of an entity that this build ranks, with its entity, and how it was matched.
with record_entities as (

    select * from {{ ref('int_record_entities') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

records as (

    select record_entities.* from record_entities
    semi join to_rank
        on record_entities.entity_id = to_rank.entity_id

)

select * from records
