-- One row per strictness and record: the smallest record key it is connected to, through accepted pairs (`normal`) or
-- through nearly certain ones only (`strict`).
with recursive edges as (

    select 'normal' as strictness, left_key, right_key from {{ ref('int_pairs_accepted') }}
    union all
    select 'strict', left_key, right_key from {{ ref('int_pairs_accepted') }}
    where match_probability >= {{ var('strict_match_threshold') }}

),

both_ways as (

    select strictness, left_key as from_key, right_key as to_key from edges
    union all
    select strictness, right_key, left_key from edges

),

components (strictness, record_key, component_key) using key (strictness, record_key) as (

    select strictness, record_key, record_key
    from {{ ref('int_match_features') }}
    cross join (select unnest(['normal', 'strict']) as strictness) as levels
    union
    (
        select both_ways.strictness, both_ways.to_key, min(components.component_key)
        from components
        inner join both_ways
            on components.strictness = both_ways.strictness and components.record_key = both_ways.from_key
        inner join recurring.components as known
            on both_ways.strictness = known.strictness and both_ways.to_key = known.record_key
        where components.component_key < known.component_key
        group by both_ways.strictness, both_ways.to_key
    )

)

select strictness, record_key, component_key from components
