-- One row per matched record, with its cluster (one place) and the strongest pair that connects it to the cluster.
{{ config(keyed_by='cluster') }}

with int_components_split as (

    select * from {{ ref('int_components_split') }}

),

to_cluster as (

    select * from {{ ref('int_records_to_cluster') }}

),

int_matches as (

    select * from {{ ref('int_matches') }}

),

int_sub_venues_placed as (

    select * from {{ ref('int_sub_venues_placed') }}

),

members as (

    select
        to_cluster.record_no,
        to_cluster.record_key,
        int_components_split.cluster_no
    from to_cluster
    inner join int_components_split
        on to_cluster.record_no = int_components_split.record_no

),

names as (

    select
        cluster_no,
        min(record_key) as cluster_key
    from members
    group by cluster_no

),

links as (

    select
        accepted.left_no,
        accepted.right_no,
        accepted.matched_by,
        accepted.match_weight,
        accepted.match_probability,
        {{ matched_by_rank('accepted.matched_by') }} as rule_rank
    from int_matches as accepted
    inner join members as lefts
        on accepted.left_no = lefts.record_no
    inner join members as rights
        on accepted.right_no = rights.record_no and lefts.cluster_no = rights.cluster_no

),

both_ends as (

    select
        left_no as record_no,
        * exclude (left_no, right_no)
    from links
    union all
    select
        right_no as record_no,
        * exclude (left_no, right_no)
    from links

),

greatest_weights as (

    select
        record_no,
        max(match_weight) as match_weight
    from both_ends
    group by record_no

),

strongest as (

    -- Of the pairs with the greatest weight, the one by the best rule is the strongest. One weight has one probability.
    select
        both_ends.record_no,
        any_value(both_ends.match_probability) as match_probability,
        max_by(both_ends.matched_by, both_ends.rule_rank) as matched_by
    from both_ends
    inner join greatest_weights
        on both_ends.record_no = greatest_weights.record_no and both_ends.match_weight = greatest_weights.match_weight
    group by both_ends.record_no

),

clustered as (

    select
        members.record_key,
        names.cluster_key,
        'member' as match_role,
        coalesce(strongest.matched_by, 'alone') as matched_by,
        coalesce(strongest.match_probability, 1) as match_probability
    from members
    inner join names
        on members.cluster_no = names.cluster_no
    left join strongest
        on members.record_no = strongest.record_no

    union all

    select
        record_key,
        cluster_key,
        'part' as match_role,
        'inside: ' || round(metres)::bigint || ' m' as matched_by,
        1.0 as match_probability
    from int_sub_venues_placed
    where cluster_key is not null

)

select * from clustered
