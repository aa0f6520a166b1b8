-- One row per record that is matched now: its entity, and how it was matched.
with int_entity_id_log as (

    select * from {{ ref('int_entity_id_log') }}

),

int_clusters as (

    select * from {{ ref('int_clusters') }}

),

last_moves as (

    select
        record_key,
        count(*) as moves,
        any_value(entity_id) as entity_id
    from int_entity_id_log
    group by record_key

),

-- Few records have ever moved. Only theirs need the order of the moves.
moved as (

    select
        log.record_key,
        max_by(log.entity_id, (log.assigned_at, log.run_id)) as entity_id
    from int_entity_id_log as log
    semi join last_moves
        on log.record_key = last_moves.record_key and last_moves.moves > 1
    group by log.record_key

),

current_ids as (

    select
        last_moves.record_key,
        coalesce(moved.entity_id, last_moves.entity_id) as entity_id
    from last_moves
    left join moved
        on last_moves.record_key = moved.record_key

),

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
