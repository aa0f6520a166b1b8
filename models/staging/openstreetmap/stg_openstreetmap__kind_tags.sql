-- One row per version of an element with a tag that may make it a kind of place. A tag may hold several values.
with tags as (

    {{ osm_tags() }}

),

kinds as (

    select * from {{ ref('kinds') }}

),

kind_keys as (

    select distinct split_part(unnest(string_split(tags, ';')), '=', 1) as key
    from kinds

),

kind_tags as (

    select
        tags.record_key,
        tags.version_no,
        tags.key || '=' || trim(unnest(string_split(tags.value, ';'))) as kind_tag
    from tags
    inner join kind_keys
        on tags.key = kind_keys.key

),

listed as (

    select
        record_key,
        version_no,
        list(distinct kind_tag order by kind_tag) as kind_tags
    from kind_tags
    group by record_key, version_no

)

select * from listed
