-- One row per compared pair that is not hopeless: what it weighs once a better rival has taken something off, and the
-- probability of a match.
{{ config(materialized='view') }}

with scored as (

    select
        weighed.*,
        coalesce(rivalled.rival_penalty, 0) as rival_penalty
    from {{ ref('int_pairs_weighed') }} as weighed
    left join {{ ref('int_pairs_rivalled') }} as rivalled
        on weighed.left_no = rivalled.left_no and weighed.right_no = rivalled.right_no

)

select
    *,
    own_weight - rival_penalty as match_weight,
    1 / (1 + pow(2, rival_penalty - own_weight)) as match_probability
from scored
