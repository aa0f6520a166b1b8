-- One row per record, version, kind and canonical value; `evidence` is the source's category, or the words of the name.
with record_versions as (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

raw_categories as (

    select
        record_key,
        version_no,
        replaced_at,
        source_name,
        unnest(raw_categories) as raw_category
    from record_versions

),

mapped as (

    select
        raw_categories.record_key,
        raw_categories.version_no,
        raw_categories.replaced_at,
        category_map.kind,
        category_map.value,
        raw_categories.raw_category as evidence,
        null as read_by
    from raw_categories
    inner join {{ ref('category_map') }} as category_map
        on
            raw_categories.source_name = category_map.source_name
            and raw_categories.raw_category = category_map.raw_category

),

keywords as (

    select
        kind,
        value,
        keyword,
        string_split(keyword, ' ')[1] as first_word
    from (
        select
            kind,
            value,
            unnest(string_split(keywords, '|')) as keyword
        from {{ ref('taxonomy') }}
        where keywords is not null
    )

),

name_words as (

    -- A part has no name to go by.
    select
        record_key,
        version_no,
        replaced_at,
        name,
        unnest(string_split(name, ' ')) as word
    from (
        select
            record_key,
            version_no,
            replaced_at,
            {{ folded('entity_name') }} as name
        from record_versions
        where not is_sub_venue
    )

),

named as (

    -- A place that calls itself a library is taken at its word.
    select
        name_words.record_key,
        name_words.version_no,
        name_words.replaced_at,
        keywords.kind,
        keywords.value,
        'name: ' || keywords.keyword as evidence,
        null as read_by
    from name_words
    inner join keywords
        on
            name_words.word = keywords.first_word
            and contains(' ' || name_words.name || ' ', ' ' || keywords.keyword || ' ')

),

extracted as (

    select
        record_versions.record_key,
        record_versions.version_no,
        record_versions.replaced_at,
        case claims.field_name
            when 'canonical_activities' then 'activity'
            when 'canonical_roles' then 'role'
            when 'canonical_place_types' then 'place_type'
            when 'canonical_access' then 'access'
            when 'entity_class' then 'entity_class'
        end as kind,
        claims.value,
        coalesce(claims.quote, 'text') as evidence,
        claims.read_by
    from record_versions
    inner join {{ ref('stg_extract__claims') }} as claims
        on
            record_versions.record_key = claims.record_key
            and record_versions.payload_hash = claims.payload_hash
    where
        claims.claim_rank is not null
        and (
            starts_with(claims.field_name, 'canonical_')
            or (claims.field_name = 'entity_class' and claims.claim_rank = 1)
        )

),

classed as (

    select
        record_versions.record_key,
        record_versions.version_no,
        record_versions.replaced_at,
        'entity_class' as kind,
        'place' as value,
        'every record is of a place unless its category or its text says otherwise' as evidence,
        null as read_by
    from record_versions
    anti join (
        select * from mapped
        where mapped.kind = 'entity_class'
        union all
        select * from named
        where named.kind = 'entity_class'
        union all
        select * from extracted
        where extracted.kind = 'entity_class'
    ) as classes
        on
            record_versions.record_key = classes.record_key
            and record_versions.version_no is not distinct from classes.version_no

),

told as (

    select * from mapped
    union all
    select * from named
    union all
    select * from extracted

),

-- The same may be told several times over; not so what `classed` says, which is of nearly every record.
distinct_told as (

    select
        record_key,
        version_no,
        any_value(replaced_at) as replaced_at,
        kind,
        value,
        min(evidence) as evidence,
        first(read_by order by evidence, read_by) as read_by
    from told
    group by record_key, version_no, kind, value

)

select * from distinct_told
union all
select * from classed
