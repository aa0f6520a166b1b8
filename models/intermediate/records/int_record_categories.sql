-- One row per record, kind and canonical value; `evidence` is the source's category, or the words of the name.
with int_records as (

    select * from {{ ref('int_records') }}
    where loss_reason is null

),

raw_categories as (

    select
        record_key,
        source_name,
        unnest(raw_categories) as raw_category
    from int_records

),

mapped as (

    select
        raw_categories.record_key,
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
        string_split(keyword, ' ')[1] as first_word,
        len(string_split(keyword, ' ')) as words
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
        words,
        unnest(words) as word,
        generate_subscripts(words, 1) as position
    from (
        select
            record_key,
            string_split({{ folded('entity_name') }}, ' ') as words
        from int_records
        where not is_part
    )

),

named as (

    -- A place that calls itself a library is taken at its word.
    select
        name_words.record_key,
        keywords.kind,
        keywords.value,
        'name: ' || keywords.keyword as evidence,
        null as read_by
    from name_words
    inner join keywords
        on
            name_words.word = keywords.first_word
            and array_to_string(
                name_words.words[name_words.position:name_words.position + keywords.words - 1], ' '
            ) = keywords.keyword

),

extracted as (

    select
        int_records.record_key,
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
    from int_records
    inner join {{ ref('stg_extract__claims') }} as claims
        on int_records.record_key = claims.record_key and int_records.payload_hash = claims.payload_hash
    where
        claims.claim_rank is not null
        and (
            starts_with(claims.field_name, 'canonical_')
            or (claims.field_name = 'entity_class' and claims.claim_rank = 1)
        )

),

classed as (

    select
        record_key,
        'entity_class' as kind,
        'place' as value,
        'every record is of a place unless its category or its text says otherwise' as evidence,
        null as read_by
    from int_records
    where record_key not in (
        select mapped.record_key from mapped
        where mapped.kind = 'entity_class'
        union all
        select extracted.record_key from extracted
        where extracted.kind = 'entity_class'
    )

),

unioned as (

    select * from mapped
    union all
    select * from named
    union all
    select * from extracted
    union all
    select * from classed

)

select
    record_key,
    kind,
    value,
    min(evidence) as evidence,
    first(read_by order by evidence, read_by) as read_by
from unioned
group by record_key, kind, value
