-- One row per record, version, category field and canonical value. `evidence` is the source's category, the words of
-- the name, or the quote.
{{ config(keyed_by='source_name') }}

with record_versions as not materialized (

    select * from {{ ref('int_versions_staged') }}

),

category_fields as (

    select * from {{ ref('field_strategies') }}
    where category_kind is not null

),

category_map as (

    select * from {{ ref('int_category_map') }}

),

text_claims as (

    select * from {{ ref('stg_extract__claims') }}
    where claim_rank is not null

),

raw_categories as (

    select
        record_key,
        version_no,
        source_name,
        unnest(raw_categories) as raw_category
    from record_versions

),

mapped as (

    select
        raw_categories.record_key,
        raw_categories.version_no,
        category_fields.field_name,
        category_map.value,
        raw_categories.raw_category as evidence
    from raw_categories
    inner join category_map
        on
            raw_categories.source_name = category_map.source_name
            and raw_categories.raw_category = category_map.raw_category
    inner join category_fields
        on category_map.kind = category_fields.category_kind

),

extracted as (

    select
        record_versions.record_key,
        record_versions.version_no,
        text_claims.field_name,
        text_claims.value,
        coalesce(text_claims.quote, 'text') as evidence,
        text_claims.read_by
    from record_versions
    inner join text_claims
        on
            record_versions.record_key = text_claims.record_key
            and record_versions.payload_hash = text_claims.payload_hash
    inner join category_fields
        on text_claims.field_name = category_fields.field_name
    where text_claims.field_name != 'entity_class' or text_claims.claim_rank = 1

),

found as (

    select * from extracted
    union all by name
    select * from mapped
    union all by name
    select * from {{ ref('int_categories_in_names') }}

),

distinct_found as (

    select
        record_key,
        version_no,
        field_name,
        value,
        min(evidence) as evidence,
        first(read_by order by evidence, read_by) as read_by
    from found
    group by record_key, version_no, field_name, value

),

categories as (

    -- Nearly every record gets the default, and only once, so it needs no aggregation.
    select * from distinct_found
    union all by name
    select
        record_versions.record_key,
        record_versions.version_no,
        'entity_class' as field_name,
        'place' as value,
        'every record is of a place unless its category or its text says otherwise' as evidence
    from record_versions
    anti join distinct_found
        on
            record_versions.record_key = distinct_found.record_key
            and record_versions.version_no = distinct_found.version_no
            and distinct_found.field_name = 'entity_class'

),

with_source as (

    select
        *,
        split_part(record_key, ':', 1) as source_name
    from categories

)

select * from with_source
