-- One row per two records of a component that a person's decisions keep apart.
{{ config(materialized='view') }}

with components as (

    select
        record_no,
        record_key,
        component_no
    from {{ ref('int_records_to_cluster') }}
    where component_no is not null

),

int_must_match as (

    select * from {{ ref('int_must_match') }}

),

match_overrides as (

    select * from {{ ref('match_overrides') }}
    where decision = 'cannot_match'

),

same_by_decision as (

    select
        one_no,
        other_no
    from int_must_match
    union all
    select
        record_no as one_no,
        record_no as other_no -- noqa: AL08
    from components

),

conflicts as (

    -- A record that must match one of the two cannot match the other.
    select distinct
        least(lefts.other_no, rights.other_no) as left_no,
        greatest(lefts.other_no, rights.other_no) as right_no,
        'cannot_match' as reason
    from match_overrides
    inner join components as left_records
        on match_overrides.left_record_key = left_records.record_key
    inner join components as right_records
        on match_overrides.right_record_key = right_records.record_key
    inner join same_by_decision as lefts
        on left_records.record_no = lefts.one_no
    inner join same_by_decision as rights
        on right_records.record_no = rights.one_no
    where
        left_records.component_no = right_records.component_no
        and lefts.other_no != rights.other_no

)

select * from conflicts
