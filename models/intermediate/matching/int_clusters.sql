-- One row per matched record: its cluster. A component too wide to be one place falls back to its certain pairs only.
with components as (

    select
        normal.record_key,
        normal.component_key,
        strict.component_key as strict_key,
        features.latitude,
        features.longitude
    from {{ ref('int_components') }} as normal
    inner join {{ ref('int_components') }} as strict
        on normal.record_key = strict.record_key and strict.strictness = 'strict'
    inner join {{ ref('int_match_features') }} as features
        on normal.record_key = features.record_key
    where normal.strictness = 'normal'

),

widths as (

    select
        component_key,
        {{ metres_between('min(latitude)', 'min(longitude)', 'max(latitude)', 'max(longitude)') }} as diagonal_metres
    from components
    group by component_key

),

members as (

    select
        components.record_key,
        if(
            coalesce(widths.diagonal_metres, 0) > {{ var('max_cluster_metres') }},
            components.strict_key, components.component_key
        ) as cluster_key
    from components
    inner join widths
        on components.component_key = widths.component_key

),

links as (

    select
        left_key as record_key,
        match_probability,
        matched_by
    from {{ ref('int_pairs_accepted') }}
    union all
    select
        right_key,
        match_probability,
        matched_by
    from {{ ref('int_pairs_accepted') }}

),

best_links as (

    select
        record_key,
        match_probability,
        matched_by,
        row_number() over (partition by record_key order by match_probability desc, matched_by) as link_rank
    from links

)

select
    members.record_key,
    members.cluster_key,
    'member' as match_role,
    coalesce(best_links.matched_by, 'alone') as matched_by,
    coalesce(best_links.match_probability, 1) as match_probability
from members
left join best_links
    on members.record_key = best_links.record_key and best_links.link_rank = 1

union all

select
    record_key,
    cluster_key,
    'part' as match_role,
    'inside: ' || round(metres)::bigint || ' m' as matched_by,
    1.0 as match_probability
from {{ ref('int_parts_placed') }}
where cluster_key is not null
