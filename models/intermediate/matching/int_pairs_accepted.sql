-- One row per pair that is the same place; a person's decision stands above the score.
with overrides as (

    select
        least(left_record_key, right_record_key) as left_key,
        greatest(left_record_key, right_record_key) as right_key,
        max(decision) as decision
    from {{ ref('match_overrides') }}
    group by 1, 2

),

decided as (

    select
        coalesce(scored.left_key, overrides.left_key) as left_key,
        coalesce(scored.right_key, overrides.right_key) as right_key,
        coalesce(scored.match_probability, 1) as match_probability,
        overrides.decision,
        coalesce('override: ' || overrides.decision, scored.blocked_by) as matched_by
    from {{ ref('int_pairs_scored') }} as scored
    full outer join overrides
        on scored.left_key = overrides.left_key and scored.right_key = overrides.right_key

)

select
    left_key,
    right_key,
    matched_by,
    if(decision = 'must_match', 1, match_probability) as match_probability
from decided
where
    coalesce(decision, '') != 'cannot_match'
    and (decision = 'must_match' or match_probability >= {{ var('match_threshold') }})
