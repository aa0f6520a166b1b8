-- One row per version of an element with a name or a brand: all its current and former names in every language
-- (`name:en`, `old_name`).
with tags as (

    {{ osm_tags() }}

),

names as (

    select
        record_key,
        version_no,
        key,
        trim(unnest(string_split(value, ';'))) as name
    from tags
    where
        regexp_matches(
            key,
            '^(name|brand|name:[a-z]{2,3}([-_][A-Za-z]+)*'
            || '|(alt|old|short|official|loc|nat|reg|int)_name([:_][A-Za-z0-9_-]+)?)$'
        )

),

named as (

    select
        record_key,
        version_no,
        list(distinct name order by name) filter (where name != '') as names
    from names
    group by record_key, version_no

)

select * from named
