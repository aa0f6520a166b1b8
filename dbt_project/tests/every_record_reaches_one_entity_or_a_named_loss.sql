-- Each staged record belongs to exactly one entity or has exactly one named loss. A failure means that places
-- disappear silently, or that one record belongs to two places.
with outcomes as (

    select record_key from {{ ref('int_record_entities') }}
    union all
    select record_key from {{ ref('int_match_losses') }}
    union all
    select record_key from {{ ref('int_records') }}
    where loss_reason is not null

)

select
    int_records.record_key,
    count(outcomes.record_key) as outcomes
from {{ ref('int_records') }} as int_records
full outer join outcomes
    on int_records.record_key = outcomes.record_key
group by int_records.record_key
having count(outcomes.record_key) != 1 or int_records.record_key is null
