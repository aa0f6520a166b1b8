-- One row per event in the life of an entity id: minted, absorbed into another id, split off from another id, or
-- retired.
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

current_entities as (

    select entity_id from int_record_entities

),

first_moves as (

    -- Only the first rows of an id show how it began; records that join later do not.
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
    from first_moves
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

    -- A record that left an id before other records joined that id did not end it.
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
    anti join current_entities
        on moves.previous_id = current_entities.entity_id
    group by moves.previous_id

),

retired as (

    -- None of its records is matched now, and none moved to another id.
    select
        minted.entity_id,
        context.as_of as happened_at,
        context.run_id,
        'retire' as event,
        null as other_entity_id
    from minted
    anti join current_entities
        on minted.entity_id = current_entities.entity_id
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
