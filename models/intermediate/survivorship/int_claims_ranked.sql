-- One row per claim and snapshot: its rank in its cell, whether it won, and if not, why.
with supported as not materialized (

    select * from {{ ref('int_claims_supported') }}

),

claim_groups as (

    select * from {{ ref('int_claim_groups') }}

),

shut_places as (

    select * from {{ ref('int_shut_places') }}

),

cells_alone as (

    select * from {{ ref('int_cells_alone') }}

),

claims as not materialized (

    select
        supported.*,
        {{ cell_hash('supported') }} as cell_hash,
        supported.source_name = 'manual_override' as is_override,
        -- Fractions of a point of trust do not decide.
        round(supported.decayed_trust) as trust_points,
        claim_groups.group_rank,
        shut_places.entity_id is not null as is_shut,
        supported.is_eligible and coalesce(claim_groups.is_compatible, true) and shut_places.entity_id is null
            as is_eligible_in_cell,
        {
            'is_eligible_in_cell': is_eligible_in_cell,
            'value': supported.value_normalised,
            'is_override': is_override,
            'group_rank': coalesce(claim_groups.group_rank, 0),
            'contact_rank': supported.contact_rank,
            'verification': supported.verification_rank,
            'text_completeness': supported.text_completeness,
            'trust': supported.trust,
            'decayed_trust': supported.decayed_trust,
            'trust_points': trust_points,
            'support': supported.support,
            'confidence': supported.confidence,
            'stated_at': supported.stated_at,
            'subject': {{ subject_of('supported') }},
            'form_rank': {{ form_rank('supported') }}
        } as factors
    from supported
    left join claim_groups
        on
            supported.entity_id = claim_groups.entity_id
            and supported.record_key = claim_groups.record_key
            and supported.snapshot_at = claim_groups.snapshot_at
            and supported.strategy = 'group'
    left join shut_places
        on
            supported.entity_id = shut_places.entity_id
            and supported.snapshot_at = shut_places.snapshot_at
            and supported.field_name = 'opening_hours'

),

in_order as (

    select
        claims.*,
        row_number() over cell as place,
        first_value(factors) over cell as first_one
    from claims
    anti join cells_alone
        on claims.cell_hash = cells_alone.cell_hash
    window cell as (
        partition by entity_id, snapshot_at, field_name, item
        {{ claims_in_order() }}
    )

),

contested as (

    -- The order chooses what the cell says. Then a claim that says it more fully, and is as good a witness, takes the
    -- first place.
    select
        in_order.* exclude (place, first_one),
        row_number() over cell as claim_rank,
        -- What a claim about something else is compared with is what came first in the order.
        if(
            factors.subject = (first_value(factors) over cell).subject, first_value(factors) over cell, first_one
        ) as best
    from in_order
    window cell as (
        partition by entity_id, snapshot_at, field_name, item
        order by
            (
                is_eligible_in_cell
                and not first_one.is_override
                and factors.subject = first_one.subject
                and factors.form_rank > first_one.form_rank
                and contact_rank >= first_one.contact_rank
                and verification_rank >= first_one.verification
            ) desc,
            place
    )

),

ranked as (

    select * from contested
    union all
    select
        claims.*,
        1 as claim_rank,
        claims.factors as best
    from claims
    semi join cells_alone
        on claims.cell_hash = cells_alone.cell_hash

),

compared as (

    select
        *,
        claim_rank = 1 and is_eligible_in_cell as is_winner,
        coalesce(group_rank, 0) != best.group_rank as is_other_address
    from ranked

),

explained as (

    select
        claim_id,
        entity_id,
        snapshot_at,
        is_current,
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
            when not best.is_eligible_in_cell then 'no_eligible_claim'
            when value_normalised = best.value then 'duplicate'
            when best.is_override then 'override'
            when factors.subject = best.subject and factors.form_rank < best.form_rank then 'less_specific'
            when is_other_address and trust_points = best.trust_points then 'other_address'
            when contact_rank < best.contact_rank then 'page_contact'
            when verification_rank < best.verification then 'unverified'
            when text_completeness < best.text_completeness then 'less_complete_text'
            when trust_points < best.trust_points and trust < best.trust then 'trust'
            when trust_points < best.trust_points then if(doubt is not null, 'doubtful', 'decay')
            when is_other_address then 'other_address'
            when support < best.support then 'outvoted'
            when coalesce(confidence, -1) < best.confidence then 'confidence'
            when stated_at < best.stated_at then 'recency'
            else 'tie'
        end as lost_because,
        round(best.decayed_trust - decayed_trust, 4) as margin
    from compared

)

select * from explained
