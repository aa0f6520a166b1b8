-- One row per source record that belongs to an entity, with the match that joined it.
{{ config(keyed_by='entity_id') }}
with int_record_entities as (

    select * from {{ ref('int_record_entities') }}

),

int_records as (

    select * from {{ ref('int_records') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

ranked as materialized ( -- otherwise all records are joined first

    select * from int_record_entities
    semi join to_rank
        on int_record_entities.entity_id = to_rank.entity_id

),

entity_records as (

    select
        record_entities.record_key,
        record_entities.entity_id,
        record_entities.match_role,
        record_entities.matched_by,
        record_entities.match_probability::double as match_probability,
        int_records.source_name,
        int_records.source_record_id,
        int_records.entity_name,
        int_records.run_id,
        int_records.fetched_at
    from ranked as record_entities
    inner join int_records
        on record_entities.record_key = int_records.record_key

)

select * from entity_records
