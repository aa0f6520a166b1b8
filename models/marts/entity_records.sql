-- One row per source record that belongs to an entity, with the match that joined it.
{{ config(keyed_by='entity_id') }}
with records_to_rank as (

    select * from {{ ref('int_records_to_rank') }}

),

int_records as (

    select * from {{ ref('int_records') }}

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
    from records_to_rank as record_entities
    inner join int_records
        on record_entities.record_key = int_records.record_key

)

select * from entity_records
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
