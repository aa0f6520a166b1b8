-- Belief: winners and losers together are all claims, and exactly the losers carry a reason. If it is false, a claim
-- was dropped or doubled on the way, and nobody can explain the cell that it belonged to.
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
