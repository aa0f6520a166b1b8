-- One row per two records of one component that are not one place.
{{ config(keyed_by='pair_clustered') }}

with int_matches as (

    select * from {{ ref('int_matches') }}

),

int_predictions as (

    select * from {{ ref('int_predictions') }}

),

to_cluster as (

    select * from {{ ref('int_records_to_cluster') }}

),

int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

int_conflicts_by_door as (

    select * from {{ ref('int_conflicts_by_door') }}

),

int_conflicts_decided as (

    select * from {{ ref('int_conflicts_decided') }}

),

scored as (

    select * from int_predictions
    where match_weight <= {{ var('veto_weight') }}

),

components as (

    select
        to_cluster.record_no,
        to_cluster.component_no,
        features.source_name,
        features.is_structured,
        features.latitude,
        features.longitude
    from to_cluster
    inner join int_records_standardised as features
        on to_cluster.record_no = features.record_no

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
    from scored
    inner join components as lefts
        on scored.left_no = lefts.record_no
    inner join components as rights
        on scored.right_no = rights.record_no and lefts.component_no = rights.component_no

),

same_source_duplicates as (

    -- Two records of one source that do not match each other: a third record connects them.
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
    left join int_matches as accepted
        on lefts.record_no = accepted.left_no and rights.record_no = accepted.right_no
    where lefts.is_structured and accepted.left_no is null

),

unioned as (

    select * from too_far
    union all
    select * from negative_evidence
    union all
    select * from same_source_duplicates
    union all
    select * from int_conflicts_by_door
    union all
    select * from int_conflicts_decided

),

conflicts as (

    select
        left_no,
        right_no,
        max_by(reason, {{ conflict_rank('reason') }}) as reason
    from unioned
    group by left_no, right_no

)

select * from conflicts
