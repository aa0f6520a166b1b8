-- Each staged record belongs to exactly one entity or has exactly one named loss. A failure means that places
-- disappear silently, or that one record belongs to two places. A build of what changed looks at the records that it
-- staged or clustered, at those of the entities that it ranked, and at the losses. Builds before have looked at the
-- others.
with looked_at as (

    select record_key from {{ ref('int_versions_staged') }}
    union
    select record_key from {{ ref('int_records_to_cluster') }}
    union
    select record_key from {{ ref('int_records_to_rank') }}
    union
    select record_key from {{ ref('int_match_losses') }}

),

records as (

    select int_records.* from {{ ref('int_records') }} as int_records
    semi join looked_at
        on int_records.record_key = looked_at.record_key

),

outcomes as (

    select record_key from {{ ref('int_record_entities') }}
    union all
    select record_key from {{ ref('int_match_losses') }}
    union all
    select record_key from records
    where loss_reason is not null

),

outcomes_looked_at as (

    select outcomes.* from outcomes
    semi join looked_at
        on outcomes.record_key = looked_at.record_key

)

select
    records.record_key,
    count(outcomes.record_key) as outcomes
from records
full outer join outcomes_looked_at as outcomes
    on records.record_key = outcomes.record_key
group by records.record_key
having count(outcomes.record_key) != 1 or records.record_key is null
