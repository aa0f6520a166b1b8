-- One row per source, category and canonical value: the seed for our sources, and for declared lists what their ymls
-- say. A word of a list that its yml does not name is read by the keywords of the taxonomy and by the vocabulary. Of a
-- list that this build does not stage, no words are read.
with category_map as (

    select * from {{ ref('category_map') }}

),

stg_ops__lists as (

    select * from {{ ref('stg_ops__lists') }}

),

taxonomy as (

    select
        *,
        string_split(coalesce(keywords, ''), '|') as all_keywords,
        list_concat(string_split(coalesce(keywords, ''), '|'), string_split(coalesce(words, ''), '|')) as whole_words
    from {{ ref('taxonomy') }}

),

kinds as (

    select
        kind,
        unnest(string_split(tags, ';')) as tag
    from {{ ref('kinds') }}

),

kind_names as (

    select * from {{ ref('kind_names') }}

),

said as (

    select distinct
        source_name,
        unnest(raw_categories) as raw_category
    from {{ ref('int_versions_staged') }}
    semi join stg_ops__lists using (source_name)

),

listed as (

    select
        *,
        {{ folded("list_last(string_split(raw_category, '>'))") }} as words
    from said

),

declarations as (

    select
        source_name,
        unnest(map_entries(cast(categories as map (varchar, varchar[])))) as category
    from stg_ops__lists
    where categories is not null

),

declared as (

    select
        source_name,
        {{ folded('category.key') }} as words,
        unnest(category.value) as value
    from declarations

),

by_declaration as (

    select
        listed.source_name,
        listed.raw_category,
        taxonomy.kind,
        taxonomy.value
    from listed
    inner join declared
        on listed.source_name = declared.source_name and listed.words = declared.words
    inner join taxonomy
        on declared.value = taxonomy.value

),

undeclared as (

    select * from listed
    anti join declared
        on listed.source_name = declared.source_name and listed.words = declared.words

),

by_keywords as (

    -- "Tennis Club" is about tennis. A word such as `park` counts alone only: a car park is no park.
    select
        undeclared.source_name,
        undeclared.raw_category,
        taxonomy.kind,
        taxonomy.value
    from undeclared
    inner join taxonomy
        on
            list_contains(taxonomy.whole_words, undeclared.words)
            or undeclared.words = replace(taxonomy.value, '_', ' ')
            or len(list_filter(
                taxonomy.all_keywords,
                lambda keyword: keyword != '' and contains(' ' || undeclared.words || ' ', ' ' || keyword || ' ')
            )) > 0
    where undeclared.words != ''

),

tagged as (

    -- The kind of the word has the tags of OpenStreetMap: "Hallenbad". A list may write such a tag itself.
    select
        undeclared.source_name,
        undeclared.raw_category,
        kinds.tag
    from undeclared
    inner join kind_names
        on replace(undeclared.words, ' ', '') = kind_names.category
    inner join kinds
        on kind_names.kind = kinds.kind
    union all
    select
        source_name,
        raw_category,
        raw_category as tag
    from undeclared

),

by_tags as (

    select
        tagged.source_name,
        tagged.raw_category,
        category_map.kind,
        category_map.value
    from tagged
    inner join category_map
        on tagged.tag = category_map.raw_category and category_map.source_name = 'openstreetmap'

),

unioned as (

    select
        source_name,
        raw_category,
        kind,
        value
    from category_map
    union
    select * from by_declaration
    union
    select * from by_keywords
    union
    select * from by_tags

)

select * from unioned
