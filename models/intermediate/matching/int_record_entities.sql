-- One row per record that is matched now: its entity, and how it was matched.
{{ config(keyed_by='entity_reached') }}

with int_entity_id_log as not materialized (

    select * from {{ ref('int_entity_id_log') }}

),

int_clusters as not materialized (

    select * from {{ ref('int_clusters') }}

),

reached as (

    select entity_id from {{ ref('int_entities_reached') }}

),

{{ log_of('reached', 'int_entity_id_log') }},

{{ current_ids('log_of_ids') }},

current_records as materialized ( -- otherwise all clusters are joined first

    select current_ids.* from current_ids
    semi join reached
        on current_ids.entity_id = reached.entity_id

),

record_entities as (

    select
        clusters.record_key,
        current_records.entity_id,
        clusters.match_role,
        clusters.matched_by,
        clusters.match_probability
    from int_clusters as clusters
    inner join current_records
        on clusters.record_key = current_records.record_key

)

select * from record_entities
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
