-- One row per claim and moment: its rank in its cell, whether it won, and if not, why not.
with claims as (

    select
        claims.*,
        claims.source_name = 'manual_override' as is_override,
        -- A fraction of a point is no more trust.
        round(claims.decayed_trust) as trust_points,
        claim_groups.group_rank,
        claims.can_win and coalesce(claim_groups.is_compatible, true) as may_win
    from {{ ref('int_claims_supported') }} as claims
    left join {{ ref('int_claim_groups') }} as claim_groups
        on
            claims.entity_id = claim_groups.entity_id
            and claims.record_key = claim_groups.record_key
            and claims.past_moment is not distinct from claim_groups.past_moment
            and claims.strategy = 'group'

),

ranked as (

    select
        *,
        row_number() over cell as claim_rank,
        first_value(may_win) over cell as is_won,
        first_value(value_normalised) over cell as winner_value,
        first_value(is_override) over cell as is_overridden,
        first_value(coalesce(group_rank, 0)) over cell as winner_group,
        first_value(verification_rank) over cell as winner_verification,
        first_value(richness) over cell as winner_richness,
        first_value(trust) over cell as winner_trust,
        first_value(decayed_trust) over cell as winner_decayed_trust,
        first_value(trust_points) over cell as winner_trust_points,
        first_value(support) over cell as winner_support,
        first_value(confidence) over cell as winner_confidence,
        first_value(stated_at) over cell as winner_stated_at
    from claims
    window cell as (
        partition by entity_id, past_moment, field_name, item
        order by
            may_win desc,
            is_override desc,
            group_rank nulls last,
            verification_rank desc,
            richness desc,
            trust_points desc nulls last,
            support desc,
            confidence desc nulls last,
            stated_at desc,
            -- these only make ties fall the same way every run
            source_name,
            source_record_id,
            claim_id
    )

),

judged as (

    select
        *,
        claim_rank = 1 and may_win as is_winner,
        coalesce(group_rank, 0) != winner_group as is_other_group
    from ranked

)

select
    *,
    case
        when is_winner then null
        when is_placeholder then 'placeholder'
        when verification = 'rejected' then if(rejected_because = 'other_entity', 'other_entity', 'unverified')
        when is_expired then 'expired'
        when not is_won then 'group'
        when value_normalised = winner_value then 'duplicate'
        when is_overridden then 'override'
        when is_other_group and trust_points = winner_trust_points then 'group'
        when verification_rank < winner_verification then 'unverified'
        when richness < winner_richness then 'poorer_text'
        when trust_points < winner_trust_points then if(trust >= winner_trust, 'decay', 'trust')
        when is_other_group then 'group'
        when support < winner_support then 'outvoted'
        when coalesce(confidence, -1) < winner_confidence then 'confidence'
        when stated_at < winner_stated_at then 'recency'
        else 'tie'
    end as lost_because,
    round(winner_decayed_trust - decayed_trust, 4) as margin
from judged
