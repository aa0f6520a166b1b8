-- Each staged record belongs to exactly one entity or has exactly one named loss. A failure means that places
-- disappear silently, or that one record belongs to two places. A build of what changed looks at the records that it
-- staged or clustered, at those of the entities that it ranked, and at the losses. Builds before have looked at the
-- others.
with context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

may_have_changed as (

    select record_key from {{ ref('int_versions_staged') }}
    union
    select record_key from {{ ref('int_records_to_cluster') }}
    union
    select record_key from {{ ref('int_records_to_rank') }}
    union
    select record_key from {{ ref('int_match_losses') }}

),

looked_at as (

    select may_have_changed.record_key from may_have_changed
    cross join context
    where context.scope = 'changed'

),

records as (

    select int_records.* from {{ ref('int_records') }} as int_records
    cross join context
    where context.scope != 'changed'
    union all
    select int_records.* from {{ ref('int_records') }} as int_records
    semi join looked_at
        on int_records.record_key = looked_at.record_key

),

entities_and_losses as (

    select record_key from {{ ref('int_record_entities') }}
    union all
    select record_key from {{ ref('int_match_losses') }}

),

outcomes as (

    select entities_and_losses.record_key from entities_and_losses
    cross join context
    where context.scope != 'changed'
    union all
    select entities_and_losses.record_key from entities_and_losses
    semi join looked_at
        on entities_and_losses.record_key = looked_at.record_key
    union all
    select record_key from records
    where loss_reason is not null

)

select
    records.record_key,
    count(outcomes.record_key) as outcomes
from records
full outer join outcomes
    on records.record_key = outcomes.record_key
group by records.record_key
having count(outcomes.record_key) != 1 or records.record_key is null
