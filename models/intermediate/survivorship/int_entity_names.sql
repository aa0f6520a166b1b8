-- One row per golden record: the slug that its name wants, made from the name and the locality that a source states.
{{ config(keyed_by='entity_id') }}

with cells as (

    select * from {{ ref('int_golden_cells') }}
    where is_current

),

unnameable as (

    select * from {{ ref('int_entities_unnameable') }}

),

named as (

    select
        cells.entity_id,
        any_value(cells.value) filter (where cells.field_name = 'entity_name') as entity_name,
        -- A web address must not change with a derived value.
        any_value(cells.value) filter (
            where cells.field_name = 'locality' and cells.strategy is distinct from 'derived'
        ) as stated_locality
    from cells
    anti join unnameable
        on cells.entity_id = unnameable.entity_id
    group by cells.entity_id

),

wanted as (

    select
        entity_id,
        coalesce(replace({{ folded(
            "if(stated_locality is null or contains(lower(entity_name), lower(stated_locality)), entity_name, "
            ~ "entity_name || ' ' || stated_locality)"
        ) }}, ' ', '-'), '') as wanted_slug
    from named

)

select * from wanted
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
