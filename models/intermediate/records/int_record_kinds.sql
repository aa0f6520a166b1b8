-- One row per record and kind of place. A record of a kind is also of the kinds above it: a coffee shop is a cafe.
with int_records as (

    select
        record_key,
        raw_categories
    from {{ ref('int_records') }}
    where loss_reason is null and raw_categories is not null

),

kinds as (

    select
        kind,
        string_split(tags, ';') as tags
    from {{ ref('kinds') }}

),

kind_names as (

    select * from {{ ref('kind_names') }}

),

kind_tags as (

    select
        kind,
        tags,
        unnest(tags) as tag
    from kinds

),

kinds_per_tag as (

    select
        tag,
        count(*) as kind_count
    from kind_tags
    group by tag

),

-- Few kinds have the tag `cuisine=thai`, and many have `amenity=restaurant`. So a kind is found by its rarest tag.
rarest_tags as (

    select
        kind_tags.kind,
        kind_tags.tags,
        kind_tags.tag
    from kind_tags
    inner join kinds_per_tag
        on kind_tags.tag = kinds_per_tag.tag
    qualify row_number() over (partition by kind_tags.kind order by kinds_per_tag.kind_count, kind_tags.tag) = 1

),

categories as (

    select
        record_key,
        unnest(raw_categories) as category,
        list_concat(
            raw_categories,
            list_transform(raw_categories, lambda category: split_part(category, '=', 1) || '=*')
        ) as given_tags
    from int_records

),

by_tags as (

    select
        categories.record_key,
        rarest_tags.kind,
        categories.category as evidence
    from categories
    inner join rarest_tags
        on categories.category = rarest_tags.tag
    where list_has_all(categories.given_tags, rarest_tags.tags)

    union all

    -- A tag of a key whose every value is a kind: shop=*.
    select
        categories.record_key,
        rarest_tags.kind,
        categories.category as evidence
    from categories
    inner join rarest_tags
        on split_part(categories.category, '=', 1) || '=*' = rarest_tags.tag
    where contains(categories.category, '=')

),

-- The last part of `Dining and Drinking > Cafe > Coffee Shop` says most.
by_names as (

    select
        categories.record_key,
        kind_names.kind,
        categories.category as evidence
    from categories
    inner join kind_names
        on
            replace({{ folded("list_last(string_split(categories.category, '>'))") }}, ' ', '')
            = kind_names.category

),

found as (

    select * from by_tags
    union all
    select * from by_names

),

with_parents as (

    select
        record_key,
        evidence,
        unnest(list_transform(
            range(1, len(string_split(kind, '/')) + 1),
            lambda depth: array_to_string(string_split(kind, '/')[1:depth], '/')
        )) as kind
    from found

),

record_kinds as (

    select
        with_parents.record_key,
        with_parents.kind,
        min(with_parents.evidence) as evidence
    from with_parents
    inner join kinds
        on with_parents.kind = kinds.kind
    group by with_parents.record_key, with_parents.kind

)

select * from record_kinds
