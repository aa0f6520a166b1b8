-- One row per event in the life of an entity id: minted, absorbed into another id, split off from another id, or
-- retired. An id that ended may begin again, so those are read in each build.
{{ config(keyed_by='entity_id', reads_itself=true, pre_hook="{{ forget_ids_taken_back() }}") }}

with whole_log as not materialized (

    select * from {{ ref('int_entity_id_log') }}

),

int_record_entities as not materialized (

    select * from {{ ref('int_record_entities') }}

),

reached as (

    select entity_id from {{ ref('int_entities_reached') }}

),

stg_ops__build_context as (

    select * from {{ ref('stg_ops__build_context') }}

),

ids as (

    select entity_id from reached
    {% if was_built(this) %}
    union
    select entity_id from {{ this }}
    where event in ('absorb', 'retire')
    {% endif %}

),

{{ log_of('ids', 'whole_log') }},

-- Few records have ever moved.
moved_records as (

    select record_key from log_of_ids
    group by record_key
    having count(*) > 1

),

moves as (

    select
        log.*,
        lag(log.entity_id) over (partition by log.record_key order by log.assigned_at, log.run_id) as previous_id
    from log_of_ids as log
    semi join moved_records
        on log.record_key = moved_records.record_key
    union all by name
    select log.*
    from log_of_ids as log
    anti join moved_records
        on log.record_key = moved_records.record_key

),

current_entities as (

    select int_record_entities.entity_id
    from int_record_entities
    semi join ids
        on int_record_entities.entity_id = ids.entity_id

),

first_moments as (

    select
        entity_id,
        min((assigned_at, run_id)) as first_moment
    from log_of_ids
    group by entity_id

),

minted as (

    -- Only the first rows of an id show how it began; records that join later do not.
    select
        moves.entity_id,
        any_value(moves.assigned_at) as happened_at,
        any_value(moves.run_id) as run_id,
        if(count(moves.previous_id) > 0, 'split', 'mint') as event,
        min(moves.previous_id) as other_entity_id
    from moves
    inner join first_moments
        on
            moves.entity_id = first_moments.entity_id
            and (moves.assigned_at, moves.run_id) = first_moments.first_moment
    group by moves.entity_id

),

left_ids as (

    select previous_id from moves
    where previous_id is not null

),

arrivals as (

    select
        moves.entity_id,
        max((moves.assigned_at, moves.run_id)) as last_arrival
    from moves
    semi join left_ids
        on moves.entity_id = left_ids.previous_id
    group by moves.entity_id

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

),

events_of_ids as (

    select * from events
    semi join ids
        on events.entity_id = ids.entity_id

)

select * from events_of_ids
