-- Winners and losers together are all claims, and only the losers have a reason. A failure means that a claim was
-- dropped or duplicated, so its cell cannot be explained.
select
    claims.claim_id,
    ranked.is_winner,
    ranked.lost_because
from {{ ref('int_claims') }} as claims
full outer join {{ ref('int_claims_ranked') }} as ranked
    on claims.claim_id = ranked.claim_id and claims.snapshot_at = ranked.snapshot_at
where
    claims.claim_id is null
    or ranked.claim_id is null
    or ranked.is_winner is distinct from (ranked.lost_because is null)
