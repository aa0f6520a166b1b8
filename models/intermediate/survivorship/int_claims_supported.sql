-- One row per claim and moment, with what its value has going for it in its cell.
{{ config(materialized='view') }}

select
    scored.claim_id,
    scored.entity_id,
    scored.past_moment,
    scored.record_key,
    scored.source_name,
    scored.source_record_id,
    scored.field_name,
    scored.item,
    scored.value,
    scored.value_normalised,
    scored.ineligible_reason,
    scored.is_eligible,
    scored.is_expired,
    scored.verification_rank,
    scored.confidence,
    scored.strategy,
    scored.is_monitored,
    scored.trust,
    scored.decayed_trust,
    scored.text_completeness,
    scored.stated_at,
    coalesce(support.support, 0) as support,
    coalesce(support.independent_sources, 0) as independent_sources,
    support.posterior
from {{ ref('int_claims_scored') }} as scored
left join {{ ref('int_value_support') }} as support
    on
        scored.entity_id = support.entity_id
        and scored.field_name = support.field_name
        and scored.value_normalised = support.value_normalised
        and scored.item is not distinct from support.item
        and scored.past_moment is not distinct from support.past_moment
