-- One row per stage that the models carry: rows in, rows out, and what was lost, by name. The run fails unless they
-- add up.
with int_records as not materialized (

    select * from {{ ref('int_records') }}

),

int_record_entities as (

    select * from {{ ref('int_record_entities') }}

),

int_match_losses as (

    select * from {{ ref('int_match_losses') }}

),

int_claims_ranked as (

    select * from {{ ref('int_claims_ranked') }}

),

int_landings as (

    select * from {{ ref('int_landings') }}

),

int_claims as (

    select * from {{ ref('int_claims') }}

),

staged as (

    select coalesce(loss_reason, '') as loss from int_records

),

matched as (

    select '' as loss from int_record_entities
    union all
    select loss from int_match_losses

),

merged as (

    select coalesce(lost_because, '') as loss from int_claims_ranked
    where is_current

),

tallied as (

    select
        4 as position,
        'stage' as stage,
        loss,
        count(*) as tally
    from staged
    group by loss
    union all
    select
        5,
        'match',
        loss,
        count(*)
    from matched
    group by loss
    union all
    select
        6,
        'merge',
        loss,
        count(*)
    from merged
    group by loss

),

taken_in as (

    -- Counted before the step, not after it: this is what makes the sum a check.
    select
        'stage' as stage,
        count(distinct source_name || ':' || source_record_id) as rows_in
    from int_landings as landed
    union all
    select
        'match',
        count(*)
    from int_records
    where loss_reason is null
    union all
    select
        'merge',
        count(*)
    from int_claims
    where is_current

),

counts as (

    select
        stages.position,
        taken_in.stage,
        taken_in.rows_in,
        coalesce(sum(tallied.tally) filter (where tallied.loss = ''), 0)::bigint as rows_out,
        '{' || coalesce(
            string_agg('"' || tallied.loss || '": ' || tallied.tally, ', ' order by tallied.loss)
            filter (where tallied.loss != ''), ''
        ) || '}' as losses
    from taken_in
    inner join (values (4, 'stage'), (5, 'match'), (6, 'merge')) as stages (position, stage)
        on taken_in.stage = stages.stage
    left join tallied
        on taken_in.stage = tallied.stage
    group by stages.position, taken_in.stage, taken_in.rows_in

)

select * from counts
