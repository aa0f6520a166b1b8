-- One row per entity and field that has a value: the winner (or winners, where a field holds many), how sure we are,
-- and who else spoke.
with ranked as (

    select * from {{ ref('int_claims_ranked') }}

),

supporters as (

    -- Each source counts once, however many of its records say the same.
    select
        entity_id,
        field_name,
        item,
        source_name,
        max(least(coalesce(trust, 10) / 100 * if(verification = 'verified', 0.95, 0.6), 0.98)) as belief
    from ranked
    where is_winner or lost_because = 'duplicate'
    group by entity_id, field_name, item, source_name

),

beliefs as (

    -- The chance that not all who agree are wrong, were they independent.
    select
        entity_id,
        field_name,
        item,
        least(round(1 - exp(sum(ln(1 - belief))), 4), 0.99) as confidence
    from supporters
    group by entity_id, field_name, item

),

winners as (

    select
        ranked.*,
        beliefs.confidence as cell_confidence
    from ranked
    inner join beliefs
        on
            ranked.entity_id = beliefs.entity_id
            and ranked.field_name = beliefs.field_name
            and ranked.item is not distinct from beliefs.item
    where ranked.is_winner

),

runners_up as (

    select
        entity_id,
        field_name,
        list(
            { 'source': source_name, 'value': value, 'lost_because': lost_because }
            order by claim_rank, claim_id
        ) as runners_up
    from ranked
    where not is_winner and strategy != 'union'
    group by entity_id, field_name

)

select
    winners.entity_id,
    winners.field_name,
    any_value(winners.strategy) as strategy,
    if(any_value(winners.strategy) = 'union', null, min_by(winners.value, winners.claim_id)) as value,
    list(winners.value order by winners.item, winners.value) as list_of_values,
    list(winners.item order by winners.item) as list_of_items,
    min_by(winners.source_name, winners.claim_id) as source_name,
    list_sort(list(distinct winners.source_name)) as sources,
    min_by(winners.source_record_id, winners.claim_id) as source_record_id,
    min_by(winners.trust, winners.claim_id) as trust,
    min(winners.cell_confidence) as confidence,
    coalesce(any_value(runners_up.runners_up), []) as runners_up
from winners
left join runners_up
    on winners.entity_id = runners_up.entity_id and winners.field_name = runners_up.field_name
group by winners.entity_id, winners.field_name
