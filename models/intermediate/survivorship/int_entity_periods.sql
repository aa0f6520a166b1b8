-- One row per entity and period without a change in its claims; the last period has no end. The snapshot of a past
-- period is its start. The snapshot of the last period is the moment for which the entity is ranked.
with record_versions as (

    select * from {{ ref('int_record_versions') }}

),

records_to_rank as (

    select * from {{ ref('int_records_to_rank') }}

),

corrections as not materialized (

    select * from {{ ref('int_overrides') }}
    where entity_id is not null

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

changes as (

    select
        records_to_rank.entity_id,
        record_versions.valid_from as changed_at
    from record_versions
    inner join records_to_rank
        on record_versions.record_key = records_to_rank.record_key
    union
    select
        entity_id,
        valid_from
    from corrections
    union
    select
        entity_id,
        retired_at
    from corrections
    where retired_at is not null

),

periods as (

    select
        changes.entity_id,
        changes.changed_at as period_start,
        lead(changes.changed_at) over (partition by changes.entity_id order by changes.changed_at) as period_end,
        if(period_end is null, to_rank.ranked_at, period_start) as snapshot_at
    from changes
    inner join to_rank
        on changes.entity_id = to_rank.entity_id
    where changes.changed_at <= to_rank.ranked_at

)

select * from periods
