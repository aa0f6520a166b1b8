-- One row per absorbed entity id: the current id that replaces it, after any number of absorptions.
with recursive int_entity_id_events as (

    select * from {{ ref('int_entity_id_events') }}

),

absorbed as (

    select
        entity_id as old_entity_id,
        other_entity_id as entity_id
    from int_entity_id_events
    where event = 'absorb'

),

followed as (

    select
        old_entity_id,
        entity_id,
        1 as steps
    from absorbed
    union all
    select
        followed.old_entity_id,
        absorbed.entity_id,
        followed.steps + 1
    from followed
    inner join absorbed
        on followed.entity_id = absorbed.old_entity_id
    where followed.steps < 100

),

redirects as (

    select
        old_entity_id,
        max_by(entity_id, steps) as entity_id
    from followed
    group by old_entity_id

)

select * from redirects
