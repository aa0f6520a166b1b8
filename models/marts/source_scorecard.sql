-- One row per source and field: the number of claims, and how many won, agreed, were contradicted or were not
-- eligible.
with entity_claims as (

    select * from {{ ref('entity_claims') }}

),

-- Millions of claims are counted once, and few counts are sorted out.
counts as (

    select
        source_name,
        field_name,
        is_winner,
        is_eligible,
        lost_because,
        strategy,
        count(*) as claims
    from entity_claims
    group by source_name, field_name, is_winner, is_eligible, lost_because, strategy

),

outcomes as (

    select
        source_name,
        field_name,
        is_winner,
        is_eligible,
        coalesce(lost_because = 'duplicate', false) as is_agreed,
        claims
    from counts
    where strategy is distinct from 'derived'

),

scorecard as (

    select
        source_name,
        field_name,
        sum(claims)::bigint as claims,
        coalesce(sum(claims) filter (where is_winner), 0)::bigint as won,
        coalesce(sum(claims) filter (where is_agreed), 0)::bigint as agreed,
        coalesce(sum(claims) filter (where not is_winner and not is_agreed), 0)::bigint as overruled,
        coalesce(sum(claims) filter (where not is_winner and not is_agreed and is_eligible), 0)::bigint as contradicted,
        coalesce(sum(claims) filter (where not is_winner and not is_agreed and not is_eligible), 0)::bigint
            as unusable
    from outcomes
    group by source_name, field_name

)

select * from scorecard
