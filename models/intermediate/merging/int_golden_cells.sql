-- One row per entity, moment and field that has a value: the winner (or winners, where a field holds many), how sure we
-- are, and who else spoke.
with ranked as (

    select * from {{ ref('int_claims_ranked') }}

),

winners as (

    select
        ranked.*,
        coalesce(own.slope, general.slope) as platt_slope,
        coalesce(own.intercept, general.intercept) as platt_intercept,
        if(
            ranked.verification = 'inferred' and ranked.voices = 1 and not sources.is_structured,
            {{ var('lone_inference_confidence') }},
            {{ var('greatest_confidence') }}
        )::double as cap,
        round(
            least({{ calibrated('ranked.posterior', 'platt_slope', 'platt_intercept') }}, cap), 4
        ) as cell_confidence
    from ranked
    left join {{ ref('confidence_calibration') }} as own
        on ranked.field_name = own.field_name
    inner join {{ ref('confidence_calibration') }} as general
        on general.field_name = '*'
    left join {{ ref('sources') }} as sources
        on ranked.source_name = sources.source_name
    where ranked.is_winner

),

runners_up as (

    select
        entity_id,
        past_moment,
        field_name,
        list(
            { 'source': source_name, 'value': value, 'lost_because': lost_because }
            order by claim_rank, claim_id
        ) as runners_up
    from ranked
    where not is_winner and strategy != 'union'
    group by entity_id, past_moment, field_name

)

select
    winners.entity_id,
    winners.past_moment,
    winners.field_name,
    any_value(winners.strategy) as strategy,
    if(any_value(winners.strategy) = 'union', null, min_by(winners.value, winners.claim_id)) as value,
    list(winners.value order by winners.item, winners.value) as list_of_values,
    list(winners.item order by winners.item) as list_of_items,
    min_by(winners.source_name, winners.claim_id) as source_name,
    list_sort(list(distinct winners.source_name)) as sources,
    min_by(winners.source_record_id, winners.claim_id) as source_record_id,
    min_by(winners.trust, winners.claim_id) as trust,
    min(winners.posterior) as posterior,
    min(winners.cap) as confidence_cap,
    min(winners.cell_confidence) as confidence,
    coalesce(any_value(runners_up.runners_up), []) as runners_up
from winners
left join runners_up
    on
        winners.entity_id = runners_up.entity_id
        and winners.field_name = runners_up.field_name
        and winners.past_moment is not distinct from runners_up.past_moment
group by winners.entity_id, winners.past_moment, winners.field_name
