-- One row per entity, moment and field that has a value: the winner (or winners, where a field holds many), how sure we
-- are, and who else spoke; or what was derived, where no claim may win.
--
-- Lists are sorted once they are together, each struct by what it holds first: an aggregate with an order of its own
-- sorts every group apart, at several times the cost.
with won as (

    select
        ranked.*,
        {
            'item': ranked.item,
            'value': ranked.value,
            'source_name': ranked.source_name,
            'source_record_id': ranked.source_record_id,
            'trust': ranked.trust
        } as said,
        ranked.verification_rank = 1 and ranked.independent_sources = 1 and not sources.is_structured
            as is_lone_inference
    from {{ ref('int_claims_ranked') }} as ranked
    left join {{ ref('sources') }} as sources
        on ranked.source_name = sources.source_name
    where ranked.is_winner

),

cells as (

    -- One winner each, but where a field holds many: only those need to be gathered.
    select
        entity_id,
        past_moment,
        field_name,
        strategy,
        [said] as winners,
        posterior,
        is_lone_inference
    from won
    where strategy is distinct from 'union'
    union all
    select
        entity_id,
        past_moment,
        field_name,
        strategy,
        list_sort(list(said)) as winners,
        min(posterior) as posterior,
        bool_or(is_lone_inference) as is_lone_inference
    from won
    where strategy = 'union'
    group by entity_id, past_moment, field_name, strategy

),

runners_up as (

    select
        entity_id,
        past_moment,
        field_name,
        list_transform(
            list_sort(list({ 'rank': claim_rank, 'source': source_name, 'value': value, 'why': lost_because })),
            lambda loser: { 'source': loser.source, 'value': loser.value, 'lost_because': loser.why }
        ) as runners_up
    from {{ ref('int_claims_ranked') }}
    where not is_winner and strategy != 'union'
    group by entity_id, past_moment, field_name

)

select
    cells.entity_id,
    cells.past_moment,
    cells.field_name,
    cells.strategy,
    if(cells.strategy = 'union', null, winners[1].value) as value,
    if(
        cells.strategy = 'union', list_transform(winners, lambda winner: winner.value), [winners[1].value]
    ) as list_of_values,
    if(
        cells.strategy = 'union', list_transform(winners, lambda winner: winner.item), [winners[1].item]
    ) as list_of_items,
    winners[1].source_name as source_name,
    if(
        cells.strategy = 'union',
        list_sort(list_distinct(list_transform(winners, lambda winner: winner.source_name))),
        [winners[1].source_name]
    ) as sources,
    winners[1].source_record_id as source_record_id,
    winners[1].trust as trust,
    cells.posterior,
    if(
        cells.is_lone_inference, {{ var('lone_inference_confidence') }}, {{ var('greatest_confidence') }}
    )::double as confidence_cap,
    round(least(
        {{ calibrated(
            'cells.posterior', 'coalesce(own.slope, general.slope)', 'coalesce(own.intercept, general.intercept)'
        ) }},
        confidence_cap
    ), 4) as confidence,
    coalesce(runners_up.runners_up, []) as runners_up
from cells
left join runners_up
    on
        cells.entity_id = runners_up.entity_id
        and cells.field_name = runners_up.field_name
        and cells.past_moment is not distinct from runners_up.past_moment
left join {{ ref('confidence_calibration') }} as own
    on cells.field_name = own.field_name
inner join {{ ref('confidence_calibration') }} as general
    on general.field_name = '*'
union all
select
    entity_id,
    past_moment,
    field_name,
    'derived' as strategy,
    value,
    [value] as list_of_values,
    [null] as list_of_items,
    'derived' as source_name,
    ['derived'] as sources,
    null as source_record_id,
    null as trust,
    null as posterior,
    {{ var('derived_confidence') }} as confidence_cap,
    {{ var('derived_confidence') }} as confidence,
    [] as runners_up
from {{ ref('int_areas_derived') }}
