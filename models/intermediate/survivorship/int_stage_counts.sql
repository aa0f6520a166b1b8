-- One row per stage that the models compute: rows in, rows out, and losses by name. The run fails if they do not add
-- up.
with int_records as not materialized (

    select * from {{ ref('int_records') }}

),

int_record_entities as (

    select * from {{ ref('int_record_entities') }}

),

int_match_losses as (

    select * from {{ ref('int_match_losses') }}

),

int_claim_losses as (

    select * from {{ ref('int_claim_losses') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

int_landings as (

    select * from {{ ref('int_landings') }}

),

int_claims as (

    select * from {{ ref('int_claims') }}

),

left_as_they_are as (

    -- The claims of entities that this build does not rank.
    select int_claim_losses.* from int_claim_losses
    anti join to_rank
        on int_claim_losses.entity_id = to_rank.entity_id

),

staged as (

    select coalesce(loss_reason, '') as loss from int_records

),

matched as (

    select '' as loss from int_record_entities
    union all
    select loss from int_match_losses

),

outcomes as (

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
        'survivorship',
        loss,
        sum(claims)::bigint
    from int_claim_losses
    group by loss

),

inputs as (

    -- Counted before the step: otherwise the sum would check nothing.
    select
        'stage' as stage,
        count(distinct {{ passing_key(['source_name', 'source_record_id']) }}) as rows_in
    from int_landings as landed
    union all
    select
        'match',
        count(*)
    from int_records
    where loss_reason is null
    union all
    select
        'survivorship',
        count(*) + (select coalesce(sum(left_as_they_are.claims), 0)::bigint from left_as_they_are)
    from int_claims
    where is_current

),

counts as (

    select
        stages.position,
        inputs.stage,
        inputs.rows_in,
        coalesce(sum(outcomes.tally) filter (where outcomes.loss = ''), 0)::bigint as rows_out,
        '{' || coalesce(
            string_agg('"' || outcomes.loss || '": ' || outcomes.tally, ', ' order by outcomes.loss)
            filter (where outcomes.loss != ''), ''
        ) || '}' as losses
    from inputs
    inner join (values (4, 'stage'), (5, 'match'), (6, 'survivorship')) as stages (position, stage)
        on inputs.stage = stages.stage
    left join outcomes
        on inputs.stage = outcomes.stage
    group by stages.position, inputs.stage, inputs.rows_in

)

select * from counts
