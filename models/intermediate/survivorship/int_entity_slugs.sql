-- One row per golden record: its slug, made from its name and the locality that a source states. If several golden
-- records have the same slug, each gets a part of its id at the end.
{{ config(materialized='view') }}

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

),

slugs as (

    select
        entity_id,
        if(
            count(*) over (partition by wanted_slug) > 1 or wanted_slug = '',
            ltrim(wanted_slug || '-' || substr(entity_id, 4, 6), '-'), wanted_slug
        ) as slug
    from wanted

)

select * from slugs
