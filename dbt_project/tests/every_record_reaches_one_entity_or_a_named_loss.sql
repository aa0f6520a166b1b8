-- Belief: each source record that was staged belongs to exactly one entity, or is lost under exactly one name. If it is
-- false, places vanish without a word, or one record speaks for two places.
with fates as (

    select record_key from {{ ref('int_record_entities') }}
    union all
    select record_key from {{ ref('int_match_losses') }}
    union all
    select record_key from {{ ref('int_records') }}
    where loss_reason is not null

)

select
    int_records.record_key,
    count(fates.record_key) as fates
from {{ ref('int_records') }} as int_records
full outer join fates
    on int_records.record_key = fates.record_key
group by int_records.record_key
having count(fates.record_key) != 1 or int_records.record_key is null
