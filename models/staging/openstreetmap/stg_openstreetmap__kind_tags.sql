-- One row per version of an element that is a kind of place, with the tags that make it one: `cuisine` of a restaurant,
-- not of a shop. A tag may hold several values.
with tags as (

    {{ osm_tags() }}

),

kinds as (

    select
        string_split(tags, ';') as tags,
        rarest_tag
    from {{ ref('kinds') }}

),

values_of_tags as (

    select
        record_key,
        version_no,
        key || '=*' as any_value,
        key || '=' || trim(unnest(string_split(value, ';'))) as tag
    from tags

),

elements as (

    select
        record_key,
        version_no,
        list_concat(list(tag), list(any_value)) as given_tags
    from values_of_tags
    group by record_key, version_no

),

looked_up as (

    select
        record_key,
        version_no,
        tag as rarest_tag
    from values_of_tags

    union

    select
        record_key,
        version_no,
        any_value
    from values_of_tags

),

of_a_kind as (

    select
        elements.record_key,
        elements.version_no,
        flatten(list(kinds.tags)) as tags
    from looked_up
    inner join kinds
        on looked_up.rarest_tag = kinds.rarest_tag
    inner join elements
        on looked_up.record_key = elements.record_key and looked_up.version_no = elements.version_no
    where list_has_all(elements.given_tags, kinds.tags)
    group by elements.record_key, elements.version_no

),

listed as (

    select
        of_a_kind.record_key,
        of_a_kind.version_no,
        list(distinct values_of_tags.tag order by values_of_tags.tag) as kind_tags
    from of_a_kind
    inner join values_of_tags
        on of_a_kind.record_key = values_of_tags.record_key and of_a_kind.version_no = values_of_tags.version_no
    where
        list_contains(of_a_kind.tags, values_of_tags.tag)
        or list_contains(of_a_kind.tags, values_of_tags.any_value)
    group by of_a_kind.record_key, of_a_kind.version_no

)

select * from listed
