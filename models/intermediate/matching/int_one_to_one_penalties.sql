-- One row per pair that has a better competing match. A source lists a place once, so if two of its records resemble
-- a third, the weaker pair loses weight.
with int_pairs_weighted as (

    select * from {{ ref('int_pairs_weighted') }}

),

pairs as (

    select
        left_no,
        right_no,
        left_source,
        right_source,
        own_weight
    from int_pairs_weighted
    where is_cross_source

),

both_ways as (

    select
        left_no as record_no,
        right_source as other_source,
        own_weight
    from pairs
    union all
    select
        right_no as record_no,
        left_source as other_source,
        own_weight
    from pairs

),

best as (

    select
        record_no,
        other_source,
        max(own_weight) as weight
    from both_ways
    group by record_no, other_source

),

one_to_one_penalties as (

    select
        pairs.left_no,
        pairs.right_no,
        (best_in_right.weight + best_in_left.weight - 2 * pairs.own_weight) * {{ var('one_to_one_share') }}
            as one_to_one_penalty
    from pairs
    inner join best as best_in_right
        on pairs.left_no = best_in_right.record_no and pairs.right_source = best_in_right.other_source
    inner join best as best_in_left
        on pairs.right_no = best_in_left.record_no and pairs.left_source = best_in_left.other_source

),

penalised as (

    select * from one_to_one_penalties
    where one_to_one_penalty > 0

)

select * from penalised
