-- One row per entity and kind of place, the kinds above it included.
{{ config(keyed_by='entity_id') }}
with int_record_kinds as (

    select * from {{ ref('int_record_kinds') }}

),

entity_records as (

    select * from {{ ref('entity_records') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

kinds as (

    select * from {{ ref('kinds') }}

),

kind_categories as (

    select * from {{ ref('kind_categories') }}

),

ranked as materialized ( -- otherwise all records are joined first

    select
        entity_id,
        record_key,
        source_name
    from entity_records
    semi join to_rank
        on entity_records.entity_id = to_rank.entity_id

),

entity_kinds as (

    select
        ranked.entity_id,
        record_kinds.kind,
        kinds.kind_name,
        kind_categories.category,
        list_sort(list_distinct(list(ranked.source_name))) as source_names
    from int_record_kinds as record_kinds
    inner join ranked
        on record_kinds.record_key = ranked.record_key
    inner join kinds
        on record_kinds.kind = kinds.kind
    left join kind_categories
        on record_kinds.kind = kind_categories.kind
    group by ranked.entity_id, record_kinds.kind, kinds.kind_name, kind_categories.category

)

select * from entity_kinds
