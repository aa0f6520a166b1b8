-- One row per event in the life of an entity id: minted, absorbed into another, split off from another, retired.
with int_entity_id_log as (

    select * from {{ ref('int_entity_id_log') }}

),

int_record_entities as (

    select * from {{ ref('int_record_entities') }}

),

stg_ops__build_context as (

    select * from {{ ref('stg_ops__build_context') }}

),

moves as (

    select
        *,
        lag(entity_id) over (partition by record_key order by assigned_at, run_id) as previous_id
    from int_entity_id_log

),

living as (

    select entity_id from int_record_entities

),

beginnings as (

    -- An id's first rows: records that join it later tell nothing of how it began.
    select
        *,
        rank() over (partition by entity_id order by assigned_at, run_id) as move_rank
    from moves

),

minted as (

    select
        entity_id,
        any_value(assigned_at) as happened_at,
        any_value(run_id) as run_id,
        if(count(previous_id) > 0, 'split', 'mint') as event,
        min(previous_id) as other_entity_id
    from beginnings
    where move_rank = 1
    group by entity_id

),

arrivals as (

    select
        entity_id,
        max((assigned_at, run_id)) as last_arrival
    from moves
    group by entity_id

),

ended as (

    -- Who left an id before others came to it, again or anew, did not end it.
    select
        moves.previous_id as entity_id,
        max(moves.assigned_at) as happened_at,
        max_by(moves.run_id, (moves.assigned_at, moves.run_id)) as run_id,
        'absorb' as event,
        max_by(moves.entity_id, (moves.assigned_at, moves.run_id, moves.record_key)) as other_entity_id
    from moves
    inner join arrivals
        on
            moves.previous_id = arrivals.entity_id
            and (moves.assigned_at, moves.run_id) > arrivals.last_arrival
    anti join living
        on moves.previous_id = living.entity_id
    group by moves.previous_id

),

retired as (

    -- None of its records is matched any more, nor did they move elsewhere.
    select
        minted.entity_id,
        context.as_of as happened_at,
        context.run_id,
        'retire' as event,
        null as other_entity_id
    from minted
    anti join living
        on minted.entity_id = living.entity_id
    anti join ended
        on minted.entity_id = ended.entity_id
    cross join stg_ops__build_context as context

),

events as (

    select * from minted
    union all
    select * from ended
    union all
    select * from retired

)

select * from events
