-- One row per entity id whose records, matches or events may be others than in the build before: one that a record of a
-- staged source, of a component that was clustered, or of a sub-venue has or had. All other entities stay as they are.
-- A build that begins again takes back the ids that it gave, so it also reaches what it reached before.
{{ config(reads_itself=true) }}

with log as not materialized (

    select * from {{ ref('int_entity_id_log') }}

),

to_cluster as (

    select record_key from {{ ref('int_records_to_cluster') }}

),

sub_venues as (

    select record_key from {{ ref('int_sub_venues_placed') }}

),

lists_staged_before as (

    select source_name from {{ ref('stg_lists__landed') }}
    where not is_staged

),

context as (

    select
        run_id,
        as_of,
        scope
    from {{ ref('stg_ops__build_context') }}

),

records as (

    select record_key from to_cluster
    union all
    select record_key from sub_venues
    union all
    -- Those that are gone, too.
    select record_key from log
    where split_part(record_key, ':', 1) not in (select source_name from lists_staged_before)
    union all
    select log.record_key
    from log
    inner join context
        on log.run_id = context.run_id and log.assigned_at = context.as_of

),

reached as (

    select log.entity_id
    from log
    semi join records
        on log.record_key = records.record_key
    {% if was_built(this) %}
    union all
    select reached_before.entity_id
    from {{ this }} as reached_before
    inner join context
        on reached_before.reached_at >= context.as_of and context.scope = 'changed'
    {% endif %}

),

ids as (

    select distinct
        reached.entity_id,
        context.as_of as reached_at
    from reached
    cross join context

)

select * from ids
