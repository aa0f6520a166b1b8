-- One row per claim and moment: its rank in its cell, whether it won, and if not, why not.
with claims as (

    select
        claims.*,
        claims.source_name = 'manual_override' as is_override,
        -- A fraction of a point is no more trust.
        round(claims.decayed_trust) as trust_points,
        claim_groups.group_rank,
        shut_places.entity_id is not null as is_shut,
        claims.is_eligible and coalesce(claim_groups.is_compatible, true) and shut_places.entity_id is null
            as is_eligible_in_cell
    from {{ ref('int_claims_supported') }} as claims
    left join {{ ref('int_claim_groups') }} as claim_groups
        on
            claims.entity_id = claim_groups.entity_id
            and claims.record_key = claim_groups.record_key
            and claims.past_moment is not distinct from claim_groups.past_moment
            and claims.strategy = 'group'
    left join {{ ref('int_shut_places') }} as shut_places
        on
            claims.entity_id = shut_places.entity_id
            and claims.past_moment is not distinct from shut_places.past_moment
            and claims.field_name = 'opening_hours'

),

ranked as (

    select
        *,
        row_number() over cell as claim_rank,
        first_value({
            'is_eligible_in_cell': is_eligible_in_cell,
            'value': value_normalised,
            'is_override': is_override,
            'group_rank': coalesce(group_rank, 0),
            'verification': verification_rank,
            'text_completeness': text_completeness,
            'trust': trust,
            'decayed_trust': decayed_trust,
            'trust_points': trust_points,
            'support': support,
            'confidence': confidence,
            'stated_at': stated_at
        }) over cell as best
    from claims
    window cell as (
        partition by entity_id, past_moment, field_name, item
        {{ claims_in_order() }}
    )

),

judged as (

    select
        *,
        claim_rank = 1 and is_eligible_in_cell as is_winner,
        coalesce(group_rank, 0) != best.group_rank as is_other_group
    from ranked

)

select
    claim_id,
    entity_id,
    past_moment,
    source_name,
    source_record_id,
    field_name,
    item,
    value,
    strategy,
    is_monitored,
    trust,
    verification_rank,
    is_eligible,
    is_expired,
    support,
    independent_sources,
    posterior,
    group_rank,
    claim_rank,
    is_winner,
    case
        when is_winner then null
        when ineligible_reason is not null then ineligible_reason
        when is_shut then 'closed'
        when not best.is_eligible_in_cell then 'group'
        when value_normalised = best.value then 'duplicate'
        when best.is_override then 'override'
        when is_other_group and trust_points = best.trust_points then 'group'
        when verification_rank < best.verification then 'unverified'
        when text_completeness < best.text_completeness then 'less_complete_text'
        when trust_points < best.trust_points then if(trust >= best.trust, 'decay', 'trust')
        when is_other_group then 'group'
        when support < best.support then 'outvoted'
        when coalesce(confidence, -1) < best.confidence then 'confidence'
        when stated_at < best.stated_at then 'recency'
        else 'tie'
    end as lost_because,
    round(best.decayed_trust - decayed_trust, 4) as margin
from judged
