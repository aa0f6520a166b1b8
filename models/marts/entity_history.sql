-- One row per entity, field and time span with one value; the last span has no end. Values are recomputed from all
-- claims by current rules, trust and matches.
{{ config(keyed_by='entity_id') }}

with int_golden_cells as not materialized (

    select * from {{ ref('int_golden_cells') }}

),

int_entity_periods as (

    select * from {{ ref('int_entity_periods') }}

),

cells as not materialized (

    select
        entity_id,
        snapshot_at,
        field_name,
        confidence,
        sources,
        {{ cell_as_text() }} as value
    from int_golden_cells

),

lone_periods as (

    -- Most entities have never changed, and need no comparison of their periods.
    select
        entity_id,
        any_value(period_start) as period_start,
        any_value(snapshot_at) as snapshot_at
    from int_entity_periods
    group by entity_id
    having count(*) = 1

),

unchanged as (

    select
        cells.entity_id,
        cells.field_name,
        cells.value,
        cells.sources,
        cells.confidence::double as confidence,
        lone_periods.period_start as valid_from,
        null as valid_to
    from cells
    inner join lone_periods
        on cells.entity_id = lone_periods.entity_id and cells.snapshot_at = lone_periods.snapshot_at
    where cells.value is not null

),

periods as (

    select
        periods.entity_id,
        periods.period_start,
        periods.period_end,
        periods.snapshot_at
    from int_entity_periods as periods
    anti join lone_periods
        on periods.entity_id = lone_periods.entity_id

),

fields as (

    select distinct
        cells.entity_id,
        cells.field_name
    from cells
    semi join periods
        on cells.entity_id = periods.entity_id

),

field_periods as (

    -- A period without a claim about the field counts too: it ends a value.
    select
        fields.entity_id,
        fields.field_name,
        periods.period_start,
        periods.period_end,
        cells.value,
        cells.confidence,
        cells.sources,
        lag(cells.value) over (
            partition by fields.entity_id, fields.field_name order by periods.period_start
        ) as value_before
    from fields
    inner join periods
        on fields.entity_id = periods.entity_id
    left join cells
        on
            fields.entity_id = cells.entity_id
            and fields.field_name = cells.field_name
            and periods.snapshot_at = cells.snapshot_at

),

spans as (

    select
        *,
        count(*) filter (where value is distinct from value_before) over (
            partition by entity_id, field_name order by period_start
        ) as span_no
    from field_periods

),

changed as (

    select
        entity_id,
        field_name,
        any_value(value) as value,
        max_by(sources, period_start) as sources,
        max_by(confidence, period_start)::double as confidence,
        min(period_start) as valid_from,
        case when bool_and(period_end is not null) then max(period_end) end as valid_to
    from spans
    where value is not null
    group by entity_id, field_name, span_no

),

history as (

    select * from unchanged
    union all by name
    select * from changed

)

select * from history
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
