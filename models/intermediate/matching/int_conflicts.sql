-- One row per two records that accepted pairs connect, and that are nevertheless not one place.
with recursive must_match as (

    select
        left_no as one_no,
        right_no as other_no
    from {{ ref('int_matches') }}
    where is_decided
    union all
    select
        right_no,
        left_no
    from {{ ref('int_matches') }}
    where is_decided
    union
    select
        must_match.one_no,
        links.other_no
    from must_match
    inner join (
        select
            left_no as one_no,
            right_no as other_no
        from {{ ref('int_matches') }}
        where is_decided
        union all
        select
            right_no,
            left_no
        from {{ ref('int_matches') }}
        where is_decided
    ) as links
        on must_match.other_no = links.one_no

),

components as (

    select
        components.record_no,
        components.component_no,
        features.record_key,
        features.source_name,
        features.is_structured,
        features.latitude,
        features.longitude
    from {{ ref('int_components') }} as components
    inner join {{ ref('int_match_features') }} as features
        on components.record_no = features.record_no

),

connected as (

    select component_no
    from components
    group by component_no
    having count(*) > 1

),

wide as (

    select component_no
    from components
    group by component_no
    having
        {{ metres_between('min(latitude)', 'min(longitude)', 'max(latitude)', 'max(longitude)') }}
        > {{ var('max_cluster_metres') }}

),

same_by_decision as (

    select
        one_no,
        other_no
    from must_match
    union all
    select
        record_no as one_no,
        record_no as other_no -- noqa: AL08
    from components

),

decided as (

    -- Who must be with one of the two cannot be with the other either.
    select
        lefts.other_no as left_no,
        rights.other_no as right_no,
        'cannot_match' as reason
    from {{ ref('match_overrides') }} as match_overrides
    inner join components as left_records
        on match_overrides.left_record_key = left_records.record_key
    inner join components as right_records
        on match_overrides.right_record_key = right_records.record_key
    inner join same_by_decision as lefts
        on left_records.record_no = lefts.one_no
    inner join same_by_decision as rights
        on right_records.record_no = rights.one_no
    where
        match_overrides.decision = 'cannot_match'
        and left_records.component_no = right_records.component_no
        and lefts.other_no != rights.other_no

),

too_far as (

    select
        lefts.record_no as left_no,
        rights.record_no as right_no,
        'too_far' as reason
    from wide
    inner join components as lefts
        on wide.component_no = lefts.component_no
    inner join components as rights
        on lefts.component_no = rights.component_no and lefts.record_no < rights.record_no
    where
        {{ metres_between('lefts.latitude', 'lefts.longitude', 'rights.latitude', 'rights.longitude') }}
        > {{ var('max_cluster_metres') }}

),

negative_evidence as (

    select
        scored.left_no,
        scored.right_no,
        'negative_evidence' as reason
    from {{ ref('int_predictions') }} as scored
    inner join components as lefts
        on scored.left_no = lefts.record_no
    inner join components as rights
        on scored.right_no = rights.record_no and lefts.component_no = rights.component_no
    where scored.match_weight <= {{ var('veto_weight') }}

),

-- A chain may have two of its shops in one building: on two floors, or in two units of a retail park.
insides as (

    select
        components.record_no,
        components.component_no,
        coalesce(
            int_records.floors,
            nullif(regexp_extract_all(lower(int_records.street_address), '\b(?:level|floor) ([0-9]{1,2})\b', 1), [])
        ) as floors,
        nullif(regexp_extract(lower(int_records.street_address), '\bunit ([0-9]+)', 1), '') as unit
    from components
    inner join connected
        on components.component_no = connected.component_no
    inner join {{ ref('int_records') }} as int_records
        on components.record_key = int_records.record_key

),

other_door as (

    select
        lefts.record_no as left_no,
        rights.record_no as right_no,
        'other_door' as reason
    from insides as lefts
    inner join insides as rights
        on lefts.component_no = rights.component_no and lefts.record_no < rights.record_no
    where not list_has_any(lefts.floors, rights.floors) or lefts.unit != rights.unit

),

-- Two entries of one list that are not alike themselves: a third record has brought them together.
same_source_duplicates as (

    select
        lefts.record_no as left_no,
        rights.record_no as right_no,
        'same_source_duplicates' as reason
    from connected
    inner join components as lefts
        on connected.component_no = lefts.component_no
    inner join components as rights
        on
            lefts.component_no = rights.component_no
            and lefts.source_name = rights.source_name
            and lefts.record_no < rights.record_no
    left join {{ ref('int_matches') }} as accepted
        on lefts.record_no = accepted.left_no and rights.record_no = accepted.right_no
    where lefts.is_structured and accepted.left_no is null

),

unioned as (

    select * from decided
    union all
    select * from too_far
    union all
    select * from negative_evidence
    union all
    select * from same_source_duplicates
    union all
    select * from other_door

)

select
    least(left_no, right_no) as left_no,
    greatest(left_no, right_no) as right_no,
    max_by(reason, {{ conflict_rank('reason') }}) as reason
from unioned
group by least(left_no, right_no), greatest(left_no, right_no)
