-- One row per version of a record that is matched to an entity that this build ranks, with the entity.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

record_entities as (

    select * from {{ ref('int_record_entities') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

matched as (

    select
        record_versions.*,
        record_entities.entity_id,
        record_entities.match_role
    from record_versions
    inner join record_entities
        on record_versions.record_key = record_entities.record_key
    semi join to_rank
        on record_entities.entity_id = to_rank.entity_id

)

select * from matched
