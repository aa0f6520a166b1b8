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

-- Records are numbered by source, so of two sources the same one is always on the left.
best_in_right as (

    select
        left_no,
        right_source,
        max(own_weight) as weight
    from pairs
    group by left_no, right_source

),

best_in_left as (

    select
        right_no,
        left_source,
        max(own_weight) as weight
    from pairs
    group by right_no, left_source

),

one_to_one_penalties as (

    select
        pairs.left_no,
        pairs.right_no,
        (best_in_right.weight + best_in_left.weight - 2 * pairs.own_weight) * {{ var('one_to_one_share') }}
            as one_to_one_penalty
    from pairs
    inner join best_in_right
        on pairs.left_no = best_in_right.left_no and pairs.right_source = best_in_right.right_source
    inner join best_in_left
        on pairs.right_no = best_in_left.right_no and pairs.left_source = best_in_left.left_source

),

penalised as (

    select * from one_to_one_penalties
    where one_to_one_penalty > 0

)

select * from penalised
