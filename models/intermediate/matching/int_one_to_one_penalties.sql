-- One row per pair that has a better rival: a list has a place once, and so where two of its records resemble a third,
-- the lesser of them is the less likely.
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

-- Records are numbered by source, so that of two sources the same one is always on the left.
best_of_right_list as (

    select
        left_no,
        right_source,
        max(own_weight) as weight
    from pairs
    group by left_no, right_source

),

best_of_left_list as (

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
        (best_of_right_list.weight + best_of_left_list.weight - 2 * pairs.own_weight) * {{ var('one_to_one_share') }}
            as one_to_one_penalty
    from pairs
    inner join best_of_right_list
        on pairs.left_no = best_of_right_list.left_no and pairs.right_source = best_of_right_list.right_source
    inner join best_of_left_list
        on pairs.right_no = best_of_left_list.right_no and pairs.left_source = best_of_left_list.left_source

),

penalised as (

    select * from one_to_one_penalties
    where one_to_one_penalty > 0

)

select * from penalised
