-- One row per run and entity with a record in it: the completeness of the entity at that run, and at the previous run
-- with the same query.
with stg_ops__runs as (

    select * from {{ ref('stg_ops__runs') }}

),

run_entities as (

    select * from {{ ref('run_entities') }}

),

entity_history as (

    select * from {{ ref('entity_history') }}

),

completeness_weights as not materialized (

    select * from {{ ref('completeness_weights') }}

),

runs as (

    select
        run_id,
        started_at,
        lag(started_at) over (partition by query order by started_at, run_id) as previous_started_at
    from stg_ops__runs
    where status not in ('failed', 'interrupted')

),

filled as (

    select
        run_entities.run_id,
        run_entities.entity_id,
        sum(weights.weight) filter (
            where history.valid_from <= runs.started_at
            and (history.valid_to is null or history.valid_to > runs.started_at)
        ) as weight,
        sum(weights.weight) filter (
            where history.valid_from <= runs.previous_started_at
            and (history.valid_to is null or history.valid_to > runs.previous_started_at)
        ) as weight_before
    from run_entities
    inner join runs
        on run_entities.run_id = runs.run_id
    inner join entity_history as history
        on run_entities.entity_id = history.entity_id
    inner join completeness_weights as weights
        on history.field_name = weights.field_name
    -- A derived value does not make a record more complete.
    where history.sources is distinct from ['derived']
    group by run_entities.run_id, run_entities.entity_id

),

completeness as (

    select
        run_id,
        entity_id,
        round(coalesce(weight, 0) / (select sum(weight) from completeness_weights), 4)::double as completeness,
        round(weight_before / (select sum(weight) from completeness_weights), 4)::double as completeness_before
    from filled

)

select * from completeness
