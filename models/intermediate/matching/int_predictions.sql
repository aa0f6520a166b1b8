-- One row per pair of `int_pairs_weighted`: its weight after the one-to-one penalty, and the probability of a match.
{{ config(materialized='view') }}

with int_pairs_weighted as (

    select * from {{ ref('int_pairs_weighted') }}

),

int_one_to_one_penalties as (

    select * from {{ ref('int_one_to_one_penalties') }}

),

scored as (

    select
        weighted.*,
        coalesce(one_to_one_penalties.one_to_one_penalty, 0) as one_to_one_penalty
    from int_pairs_weighted as weighted
    left join int_one_to_one_penalties as one_to_one_penalties
        on weighted.left_no = one_to_one_penalties.left_no and weighted.right_no = one_to_one_penalties.right_no

),

predictions as (

    select
        *,
        own_weight - one_to_one_penalty as match_weight,
        -- Rounded, because another engine or machine has other last digits of a power.
        round(1 / (1 + pow(2, one_to_one_penalty - own_weight)), 9) as match_probability
    from scored

)

select * from predictions
