-- One row per source and field: how often it spoke, won, agreed with the winner, or was overruled.
select
    source_name,
    field_name,
    count(*) as claims,
    count(*) filter (where is_winner) as won,
    count(*) filter (where lost_because = 'duplicate') as agreed,
    count(*) filter (where not is_winner and lost_because != 'duplicate') as overruled
from {{ ref('int_claims_ranked') }}
where past_moment is null
group by source_name, field_name
