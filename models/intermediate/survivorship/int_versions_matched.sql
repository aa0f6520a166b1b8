-- One row per version of a record that is matched to an entity that this build ranks, with the entity.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

to_rank as (

    select * from {{ ref('int_records_to_rank') }}

),

matched as (

    select
        record_versions.*,
        to_rank.entity_id,
        to_rank.match_role
    from record_versions
    inner join to_rank
        on record_versions.record_key = to_rank.record_key

)

select * from matched
