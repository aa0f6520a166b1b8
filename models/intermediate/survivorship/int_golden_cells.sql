-- One row per entity, snapshot and field with a value: the winner (or winners, in a list field), its confidence, and
-- the losing claims; or a derived value where no claim is eligible.
--
-- Lists are sorted after aggregation, by the first member of each struct: an ordered aggregate sorts each group
-- separately and costs several times as much.
{% set cell = 'entity_id, snapshot_at, is_current, field_name' %}
with ranked as not materialized (

    select * from {{ ref('int_claims_ranked') }}

),

sources as (

    select * from {{ ref('int_sources') }}

),

calibration as not materialized (

    select * from {{ ref('confidence_calibration') }}

),

areas_derived as (

    select * from {{ ref('int_areas_derived') }}

),

won as not materialized (

    select
        ranked.*,
        {
            'item': ranked.item,
            'value': ranked.value,
            'source_name': ranked.source_name,
            'source_record_id': ranked.source_record_id,
            'trust': ranked.trust
        } as winner,
        ranked.verification_rank = 1 and ranked.independent_sources = 1 and not sources.is_structured
            as is_lone_inference
    from ranked
    left join sources
        on ranked.source_name = sources.source_name
    where ranked.is_winner

),

cells as (

    -- Only list fields have several winners, so only they need an aggregate.
    select
        {{ cell }},
        strategy,
        [winner] as winners,
        posterior,
        is_lone_inference
    from won
    where strategy is distinct from 'union'
    union all
    select
        {{ cell }},
        strategy,
        list_sort(list(winner)) as winners,
        min(posterior) as posterior,
        bool_or(is_lone_inference) as is_lone_inference
    from won
    where strategy = 'union'
    group by {{ cell }}, strategy

),

runners_up as (

    select
        {{ cell }},
        list_transform(
            list_sort(list({ 'rank': claim_rank, 'source': source_name, 'value': value, 'why': lost_because })),
            lambda loser: { 'source': loser.source, 'value': loser.value, 'lost_because': loser.why }
        ) as runners_up
    from ranked
    where not is_winner and strategy != 'union'
    group by {{ cell }}

),

claimed as (

    select
        cells.* exclude (winners, is_lone_inference),
        if(cells.strategy = 'union', null, winners[1].value) as value,
        if(
            cells.strategy = 'union', list_transform(winners, lambda won: won.value), [winners[1].value]
        ) as list_of_values,
        if(
            cells.strategy = 'union', list_transform(winners, lambda won: won.item), [winners[1].item]
        ) as list_of_items,
        winners[1].source_name as source_name,
        if(
            cells.strategy = 'union',
            list_sort(list_distinct(list_transform(winners, lambda won: won.source_name))),
            [winners[1].source_name]
        ) as sources,
        winners[1].source_record_id as source_record_id,
        winners[1].trust as trust,
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
            and cells.snapshot_at = runners_up.snapshot_at
    left join calibration as own
        on cells.field_name = own.field_name
    inner join calibration as general
        on general.field_name = '*'

),

golden_cells as (

    select * from claimed
    union all by name
    select
        {{ cell }},
        'derived' as strategy,
        value,
        [value] as list_of_values,
        [null] as list_of_items,
        'derived' as source_name,
        ['derived'] as sources,
        {{ var('derived_confidence') }} as confidence_cap,
        {{ var('derived_confidence') }} as confidence,
        [] as runners_up
    from areas_derived

)

select * from golden_cells
