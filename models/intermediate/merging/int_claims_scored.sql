-- One row per claim with the terms that rank it; every number comes from a seed.
with claims as (

    select * from {{ ref('int_claims') }}

),

trusted as (

    select
        claims.*,
        strategies.strategy,
        coalesce(strategies.matters, false) as matters,
        coalesce(own.trust, general.trust) as trust,
        half_life.half_life_days,
        greatest(
            date_diff('day', coalesce(claims.source_updated_at, claims.fetched_at), context.as_of), 0
        ) as age_days
    from claims
    left join {{ ref('field_strategies') }} as strategies
        on claims.field_name = strategies.field_name
    left join {{ ref('source_trust') }} as own
        on claims.source_name = own.source_name and claims.field_name = own.field_name
    left join {{ ref('source_trust') }} as general
        on claims.source_name = general.source_name and general.field_name = '*'
    left join {{ ref('field_half_life') }} as half_life
        on claims.field_name = half_life.field_name
    cross join {{ source('ops', 'build_context') }} as context

)

select
    *,
    case verification when 'verified' then 2 when 'inferred' then 1 else 0 end as verification_rank,
    -- Rounded, so that the last bit of a power never decides.
    round(trust * coalesce(pow(0.5, age_days / half_life_days), 1), 4) as decayed_trust,
    case
        when strategy = 'narrative'
            then least(length(value), 400) * if(regexp_matches(lower(value), '{{ var("boilerplate_pattern") }}'), 0, 1)
        else 0
    end as richness,
    not is_placeholder and verification != 'rejected' as can_win
from trusted
