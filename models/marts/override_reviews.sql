-- One row per correction or pair decision without effect, with the reason: its key is unknown, its day has not come,
-- its source changed the value, or the records cannot be joined.
with int_overrides as (

    select * from {{ ref('int_overrides') }}

),

manual_overrides as (

    select * from {{ ref('manual_overrides') }}

),

stg_ops__build_context as (

    select * from {{ ref('stg_ops__build_context') }}

),

match_overrides as (

    select * from {{ ref('match_overrides') }}

),

int_record_entities as not materialized (

    select * from {{ ref('int_record_entities') }}

),

corrections as (

    select
        overrides.override_id,
        overrides.entity_id,
        overrides.field_name,
        overrides.value,
        overrides.reason,
        overrides.author,
        case
            when overrides.entity_id is null then 'nothing_to_correct'
            when overrides.retired_at is not null then 'source_changed'
            when overrides.valid_from > context.as_of then 'not_yet'
        end as review_because,
        if(overrides.entity_id is null, coalesce(as_written.entity_id, as_written.record_key), null) as unknown_key,
        overrides.changed_record,
        overrides.said_then,
        overrides.said_since,
        overrides.retired_at
    from int_overrides as overrides
    inner join manual_overrides as as_written
        on overrides.override_id = as_written.override_id
    cross join stg_ops__build_context as context

),

decisions as (

    select
        concat_ws(
            ' ', match_overrides.decision, match_overrides.left_record_key, match_overrides.right_record_key
        ) as override_id,
        lefts.entity_id,
        null::varchar as field_name,
        null::varchar as value,
        match_overrides.reason,
        match_overrides.author,
        case
            when lefts.entity_id is null or rights.entity_id is null then 'no_such_record'
            -- A court or pitch always joins the venue around it.
            when
                'part' in (lefts.match_role, rights.match_role)
                and (match_overrides.decision = 'must_match') = (lefts.entity_id != rights.entity_id)
                then 'is_a_part'
            when match_overrides.decision = 'must_match' and lefts.entity_id != rights.entity_id then 'not_joined'
        end as review_because,
        case
            when lefts.entity_id is null then match_overrides.left_record_key
            when rights.entity_id is null then match_overrides.right_record_key
        end as unknown_key,
        null::varchar as changed_record,
        null::varchar as said_then,
        null::varchar as said_since,
        null::timestamp as retired_at
    from match_overrides
    left join int_record_entities as lefts
        on match_overrides.left_record_key = lefts.record_key
    left join int_record_entities as rights
        on match_overrides.right_record_key = rights.record_key

),

reviews as (

    select * from corrections
    where review_because is not null
    union all
    select * from decisions
    where review_because is not null

)

select * from reviews
