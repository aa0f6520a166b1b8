-- One row per version of a record that is matched to an entity, with the entity.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

record_entities as (

    select * from {{ ref('int_record_entities') }}

),

matched as (

    select
        record_versions.*,
        record_entities.entity_id,
        record_entities.match_role
    from record_versions
    inner join record_entities
        on record_versions.record_key = record_entities.record_key

)

select * from matched
