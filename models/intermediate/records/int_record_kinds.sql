-- One row per record and kind of place. A record of a kind is also of the kinds above it: a coffee shop is a cafe.
{{ config(keyed_by='source_name') }}

with int_records as (

    select
        record_key,
        source_name,
        raw_categories
    from {{ ref('int_versions_staged') }}
    where replaced_at is null and raw_categories is not null

),

kinds as (

    select
        kind,
        string_split(tags, ';') as tags,
        rarest_tag
    from {{ ref('kinds') }}

),

kind_names as (

    select * from {{ ref('kind_names') }}

),

-- Many records have the same categories, so each list of them is read once.
category_lists as (

    select distinct raw_categories from int_records

),

categories as (

    select
        raw_categories,
        unnest(raw_categories) as category,
        list_concat(
            raw_categories,
            list_transform(raw_categories, lambda category: split_part(category, '=', 1) || '=*')
        ) as given_tags
    from category_lists

),

by_tags as (

    select
        categories.raw_categories,
        kinds.kind,
        categories.category as evidence
    from categories
    inner join kinds
        on categories.category = kinds.rarest_tag
    where list_has_all(categories.given_tags, kinds.tags)

    union all

    -- A key whose every value is a kind: shop=*.
    select
        categories.raw_categories,
        kinds.kind,
        categories.category as evidence
    from categories
    inner join kinds
        on split_part(categories.category, '=', 1) || '=*' = kinds.rarest_tag
    where contains(categories.category, '=')

),

-- The last part of `Dining and Drinking > Cafe > Coffee Shop` says most.
by_names as (

    select
        categories.raw_categories,
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
        raw_categories,
        evidence,
        unnest(list_transform(
            range(1, len(string_split(kind, '/')) + 1),
            lambda depth: array_to_string(string_split(kind, '/')[1:depth], '/')
        )) as kind
    from found

),

kinds_of_lists as (

    select
        with_parents.raw_categories,
        with_parents.kind,
        min(with_parents.evidence) as evidence
    from with_parents
    inner join kinds
        on with_parents.kind = kinds.kind
    group by with_parents.raw_categories, with_parents.kind

),

record_kinds as (

    select
        int_records.record_key,
        int_records.source_name,
        kinds_of_lists.kind,
        kinds_of_lists.evidence
    from int_records
    inner join kinds_of_lists
        on int_records.raw_categories = kinds_of_lists.raw_categories

)

select * from record_kinds
