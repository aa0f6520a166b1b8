-- One row per pair that is the same place. A person's decision overrides the score.
with int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

match_overrides as (

    select * from {{ ref('match_overrides') }}

),

int_predictions as (

    select * from {{ ref('int_predictions') }}

),

features as (

    select
        record_no,
        record_key
    from int_records_standardised

),

overrides as (

    select
        least(lefts.record_no, rights.record_no) as left_no,
        greatest(lefts.record_no, rights.record_no) as right_no,
        max_by(match_overrides.decision, {{ decision_rank('match_overrides.decision') }}) as decision
    from match_overrides
    inner join features as lefts
        on match_overrides.left_record_key = lefts.record_key
    inner join features as rights
        on match_overrides.right_record_key = rights.record_key
    group by 1, 2

),

accepted as (

    select
        scored.left_no,
        scored.right_no,
        scored.blocked_by::varchar as matched_by,
        scored.match_weight,
        scored.match_probability,
        false as is_decided
    from int_predictions as scored
    left join overrides
        on scored.left_no = overrides.left_no and scored.right_no = overrides.right_no
    where scored.match_probability >= {{ var('match_threshold') }} and overrides.decision is null

    union all

    select
        left_no,
        right_no,
        'override: must_match' as matched_by,
        1000 as match_weight,
        1 as match_probability,
        true as is_decided
    from overrides
    where decision = 'must_match'

)

select * from accepted
