-- One row per claim about an entity: its rank, the terms it was ranked by, why it lost, and where it came from.
select
    ranked.claim_id,
    ranked.entity_id,
    ranked.field_name,
    ranked.item,
    ranked.value,
    claims.value_normalised,
    ranked.claim_rank,
    ranked.is_winner,
    ranked.lost_because,
    ranked.strategy,
    ranked.group_rank as address_rank,
    ranked.source_name,
    ranked.source_record_id,
    claims.verification,
    claims.rejected_because,
    claims.richness,
    ranked.trust,
    claims.decayed_trust,
    claims.age_days,
    claims.confidence,
    ranked.voices,
    ranked.support,
    claims.origin,
    ranked.margin,
    claims.quote,
    claims.char_start,
    claims.char_end,
    claims.extraction_id,
    claims.read_by,
    claims.request_id,
    claims.payload_hash,
    claims.run_id,
    claims.fetched_at,
    claims.source_updated_at,
    claims.licence,
    claims.may_republish,
    claims.expires_at
from {{ ref('int_claims_ranked') }} as ranked
inner join {{ ref('int_claims_scored') }} as claims
    on ranked.claim_id = claims.claim_id and claims.past_moment is null
where ranked.past_moment is null
-- Whoever explains an entity reads a few blocks of the file, not all of it.
order by ranked.entity_id, ranked.field_name, ranked.claim_rank, ranked.claim_id
