-- One row per record that is matched now: its entity, and how it was matched.
with int_entity_id_log as (

    select * from {{ ref('int_entity_id_log') }}

),

int_clusters as (

    select * from {{ ref('int_clusters') }}

),

{{ current_ids('int_entity_id_log') }},

record_entities as (

    select
        clusters.record_key,
        current_ids.entity_id,
        clusters.match_role,
        clusters.matched_by,
        clusters.match_probability
    from int_clusters as clusters
    inner join current_ids
        on clusters.record_key = current_ids.record_key

)

select * from record_entities
