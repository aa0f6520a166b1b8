-- One row per contested cell: a monitored field where another value came close; smallest margin first.
{{ config(keyed_by='entity_id', post_hook='{{ renew_narrowness() }}') }}

with claims as (

    select * from {{ ref('int_claims_ranked') }}
    where is_current

),

monitored as (

    select field_name from {{ ref('field_strategies') }}
    where is_monitored

),

ranked as (

    select * from claims
    semi join monitored
        on claims.field_name = monitored.field_name

),

runners_up as (

    select
        *,
        row_number() over (partition by entity_id, field_name order by claim_rank) as runner_rank
    from ranked
    where
        not is_winner
        and is_eligible
        and lost_because not in ('duplicate', 'override', 'less_specific')

),

conflicts as (

    select
        winners.entity_id,
        winners.field_name,
        winners.value as winning_value,
        winners.source_name as winning_source,
        runners_up.value as losing_value,
        runners_up.source_name as losing_source,
        runners_up.lost_because,
        runners_up.margin,
        row_number() over (order by runners_up.margin, winners.entity_id, winners.field_name) as narrowness
    from ranked as winners
    inner join runners_up
        on
            winners.entity_id = runners_up.entity_id
            and winners.field_name = runners_up.field_name
            and runners_up.runner_rank = 1
    where winners.is_winner and runners_up.margin <= {{ var('contested_margin') }}

)

select * from conflicts
