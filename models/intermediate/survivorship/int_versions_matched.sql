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

ranked as materialized ( -- otherwise all versions are joined first

    select
        record_entities.record_key,
        record_entities.entity_id,
        record_entities.match_role
    from record_entities
    semi join to_rank
        on record_entities.entity_id = to_rank.entity_id

),

matched as (

    select
        record_versions.*,
        ranked.entity_id,
        ranked.match_role
    from record_versions
    inner join ranked
        on record_versions.record_key = ranked.record_key

)

select * from matched
