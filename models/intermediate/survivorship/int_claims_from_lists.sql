-- One row per version of a record, list field and item. An item is an element of a list or a key of an object.
{{ config(materialized='view') }}

with versions as not materialized (

    select * from {{ ref('int_versions_matched') }}

),

members as not materialized (

    select * from versions
    where match_role = 'member'

),

record_categories as (

    select * from {{ ref('int_record_categories') }}

),

categories as (

    -- A sub-venue only adds its activities.
    select
        versions.record_key,
        versions.version_no,
        record_categories.field_name,
        if(record_categories.field_name = 'entity_class', null, record_categories.value) as item,
        record_categories.value,
        record_categories.evidence as quote,
        record_categories.read_by
    from versions
    inner join record_categories
        on
            versions.record_key = record_categories.record_key
            and versions.version_no = record_categories.version_no
    where versions.match_role = 'member' or record_categories.field_name = 'canonical_activities'

),

lists as (

    select
        record_key,
        version_no,
        'raw_categories' as field_name,
        unnest(list_distinct(raw_categories)) as item
    from members
    union all
    select
        record_key,
        version_no,
        'alternate_names' as field_name,
        unnest(alternate_names) as item
    from members

),

object_keys as (

    {%- for field in ['discovered_attributes', 'external_ids'] %}
    select
        record_key,
        version_no,
        '{{ field }}' as field_name,
        {{ field }} as object,
        unnest(list_distinct(json_keys({{ field }}))) as item
    from members
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

object_items as (

    select
        *,
        {{ json_at_key('object', 'item') }} as value
    from object_keys

),

claims as (

    select * from categories
    union all by name
    select
        *,
        item as value
    from lists
    union all by name
    select
        record_key,
        version_no,
        field_name,
        -- A place has one phone but may be twice in a source, so each of its ids is kept.
        if(field_name = 'external_ids', item || '=' || value, item) as item,
        value
    from object_items
    where value is not null

)

select * from claims
