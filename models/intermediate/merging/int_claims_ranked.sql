-- One row per claim: its rank in its cell, whether it won, and if not, why not.
with scored as (

    select
        scored.*,
        claim_groups.group_rank,
        scored.can_win and coalesce(claim_groups.is_compatible, true) as may_win
    from {{ ref('int_claims_scored') }} as scored
    left join {{ ref('int_claim_groups') }} as claim_groups
        on
            scored.entity_id = claim_groups.entity_id
            and scored.record_key = claim_groups.record_key
            and scored.strategy = 'group'

),

ranked as (

    select
        *,
        row_number() over (
            partition by entity_id, field_name, item
            order by
                may_win desc,
                source_name = 'manual_override' desc,
                group_rank nulls last,
                verification_rank desc,
                richness desc,
                decayed_trust desc nulls last,
                confidence desc nulls last,
                fetched_at desc,
                -- these only make ties fall the same way every run
                source_name,
                source_record_id,
                claim_id
        ) as claim_rank
    from scored

),

with_winner as (

    select
        *,
        claim_rank = 1 and may_win as is_winner,
        first_value(value_normalised) over cell as winner_value,
        first_value(source_name) over cell as winner_source,
        coalesce(group_rank, 0) != first_value(coalesce(group_rank, 0)) over cell as is_other_group,
        first_value(verification_rank) over cell as winner_verification,
        first_value(richness) over cell as winner_richness,
        first_value(trust) over cell as winner_trust,
        first_value(decayed_trust) over cell as winner_decayed_trust,
        first_value(confidence) over cell as winner_confidence,
        first_value(fetched_at) over cell as winner_fetched_at
    from ranked
    window cell as (partition by entity_id, field_name, item order by claim_rank)

)

select
    *,
    case
        when is_winner then null
        when is_placeholder then 'placeholder'
        when verification = 'rejected' then 'rejected'
        when value_normalised = winner_value then 'duplicate'
        when winner_source = 'manual_override' then 'override'
        when is_other_group and decayed_trust = winner_decayed_trust then 'group'
        when verification_rank < winner_verification then 'unverified'
        when richness < winner_richness then 'poorer_text'
        when decayed_trust < winner_decayed_trust then if(trust >= winner_trust, 'decay', 'trust')
        when is_other_group then 'group'
        when confidence < winner_confidence then 'confidence'
        when fetched_at < winner_fetched_at then 'recency'
        else 'tie'
    end as lost_because,
    round(winner_decayed_trust - decayed_trust, 4) as margin
from with_winner
