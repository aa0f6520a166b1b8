-- One row per staged record, version, category field and canonical value that a word in the record's name gives.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_versions_staged') }}

),

taxonomy as (

    select * from {{ ref('taxonomy') }}
    where keywords is not null

),

category_fields as (

    select * from {{ ref('field_strategies') }}
    where category_kind is not null

),

keywords as (

    select
        category_fields.field_name,
        taxonomy.value,
        unnest(string_split(taxonomy.keywords, '|')) as keyword
    from taxonomy
    inner join category_fields
        on taxonomy.kind = category_fields.category_kind

),

folded_names as (

    -- A sub-venue has no name of its own.
    select
        record_key,
        version_no,
        {{ folded('entity_name') }} as name
    from record_versions
    where not is_sub_venue

),

name_words as (

    select
        *,
        unnest(string_split(name, ' ')) as word
    from folded_names

),

named as (

    -- A place named "library" counts as a library.
    select distinct
        name_words.record_key,
        name_words.version_no,
        keywords.field_name,
        keywords.value,
        'name: ' || keywords.keyword as evidence
    from name_words
    inner join keywords
        on
            name_words.word = split_part(keywords.keyword, ' ', 1)
            and contains(' ' || name_words.name || ' ', ' ' || keywords.keyword || ' ')

)

select * from named
