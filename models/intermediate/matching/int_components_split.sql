-- One row per record: its cluster. A component with a conflict, or with too many records, is built again from its
-- pairs. The strongest pairs join first; a pair that would put a conflict or too many records into one group is left
-- out. In each step, every group joins along its strongest pair if that pair is also the strongest of the other
-- group. The result is the same as taking all pairs one by one in order of strength (Kruskal 1956, with constraints):
-- groups only grow, so a pair that is not allowed never becomes allowed. Pairs that a person joined come last,
-- between whole groups. Only a person's `cannot_match` blocks them. Of pairs with equal weight, the one with the
-- smaller keys is the stronger: record numbers depend on the order in which records came.
{{ config(keyed_by='record_clustered') }}

with recursive int_conflicts as not materialized (

    select * from {{ ref('int_conflicts') }}

),

to_cluster as not materialized (

    select
        record_no,
        record_key,
        component_no
    from {{ ref('int_records_to_cluster') }}
    where component_no is not null

),

int_matches as (

    select * from {{ ref('int_matches') }}

),

conflicts as (

    select left_no as one_no, right_no as other_no, reason = 'cannot_match' as is_decided
    from int_conflicts
    union all
    select right_no, left_no, reason = 'cannot_match' from int_conflicts

),

components_to_split as (

    select components.component_no
    from to_cluster as components
    inner join conflicts
        on components.record_no = conflicts.one_no
    union
    select component_no
    from to_cluster
    group by component_no
    having count(*) > {{ var('max_cluster_records') }}

),

members as (

    select
        components.record_no,
        components.record_key
    from to_cluster as components
    inner join components_to_split
        on components.component_no = components_to_split.component_no

),

links as (

    select
        accepted.left_no,
        accepted.right_no,
        accepted.is_decided,
        row_number() over (
            order by
                accepted.is_decided,
                accepted.match_weight desc,
                least(lefts.record_key, rights.record_key),
                greatest(lefts.record_key, rights.record_key)
        ) as link_no
    from int_matches as accepted
    inner join members as lefts
        on accepted.left_no = lefts.record_no
    inner join members as rights
        on accepted.right_no = rights.record_no

),

groups (record_no, group_no) using key (record_no) as (

    select record_no, record_no from members
    union
    (
        with open_links as (
            select
                links.link_no,
                links.is_decided,
                least(lefts.group_no, rights.group_no) as low_no,
                greatest(lefts.group_no, rights.group_no) as high_no
            from links
            inner join recurring.groups as lefts
                on links.left_no = lefts.record_no
            inner join recurring.groups as rights
                on links.right_no = rights.record_no
            where lefts.group_no != rights.group_no
        ),

        conflicting as (
            select
                least(ones.group_no, others.group_no) as low_no,
                greatest(ones.group_no, others.group_no) as high_no,
                bool_or(conflicts.is_decided) as is_decided
            from conflicts
            inner join recurring.groups as ones
                on conflicts.one_no = ones.record_no
            inner join recurring.groups as others
                on conflicts.other_no = others.record_no
            group by all
        ),

        sizes as (
            select group_no, count(*) as records
            from recurring.groups
            group by group_no
        ),

        allowed as (
            select open_links.link_no, open_links.low_no, open_links.high_no
            from open_links
            inner join sizes as low_sizes
                on open_links.low_no = low_sizes.group_no
            inner join sizes as high_sizes
                on open_links.high_no = high_sizes.group_no
            left join conflicting
                on open_links.low_no = conflicting.low_no and open_links.high_no = conflicting.high_no
            where
                if(
                    open_links.is_decided,
                    not coalesce(conflicting.is_decided, false),
                    conflicting.low_no is null
                    and low_sizes.records + high_sizes.records <= {{ var('max_cluster_records') }}
                )
        ),

        strongest as (
            select group_no, min(link_no) as link_no
            from (
                select low_no as group_no, link_no from allowed
                union all
                select high_no, link_no from allowed
            )
            group by group_no
        ),

        joined as (
            select allowed.low_no, allowed.high_no
            from allowed
            inner join strongest as low_strongest
                on allowed.low_no = low_strongest.group_no and allowed.link_no = low_strongest.link_no
            inner join strongest as high_strongest
                on allowed.high_no = high_strongest.group_no and allowed.link_no = high_strongest.link_no
        )

        select groups.record_no, joined.low_no
        from joined
        inner join recurring.groups as groups
            on joined.high_no = groups.group_no
    )

),

clusters as (

    select
        components.record_no,
        coalesce(groups.group_no, components.component_no) as cluster_no
    from to_cluster as components
    left join groups
        on components.record_no = groups.record_no

)

select * from clusters
