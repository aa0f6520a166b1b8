-- One row per source and field: the number of claims, and how many won, agreed, were contradicted or were not
-- eligible.
with entity_claims as (

    select * from {{ ref('entity_claims') }}

),

claims as (

    select
        source_name,
        field_name,
        is_winner,
        is_eligible,
        coalesce(lost_because = 'duplicate', false) as is_agreed
    from entity_claims
    where strategy is distinct from 'derived'

),

scorecard as (

    select
        source_name,
        field_name,
        count(*) as claims,
        count(*) filter (where is_winner) as won,
        count(*) filter (where is_agreed) as agreed,
        count(*) filter (where not is_winner and not is_agreed) as overruled,
        count(*) filter (where not is_winner and not is_agreed and is_eligible) as contradicted,
        count(*) filter (where not is_winner and not is_agreed and not is_eligible) as unusable
    from claims
    group by source_name, field_name

)

select * from scorecard
