{#- One row per tag of each version of an element; `feature` is its key without the prefix (`disused:leisure`). -#}
{% macro osm_tags() -%}
    select
        landed.record_key,
        landed.version_no,
        landed.fetched_at,
        tag.key,
        json_extract_string(tag.value, '$') as value,
        if(contains(tag.key, ':'), split_part(tag.key, ':', 1), '') as prefix,
        substr(tag.key, instr(tag.key, ':') + 1) as feature
    from ({{ landed_versions('openstreetmap') }}) as landed
    cross join json_each(landed.payload, '$.tags') as tag
{%- endmacro %}

{#- The latest end of a date: "2019", "2019-05", "1990s", "before 1985". -#}
{% macro osm_date_end(date) -%}
    case
            when regexp_matches({{ date }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
                then try_cast({{ date }} as date) + interval 1 day
            when regexp_matches({{ date }}, '^[0-9]{4}-[0-9]{2}$')
                then try_cast({{ date }} || '-01' as date) + interval 1 month
            when regexp_matches({{ date }}, '^[0-9]{4}$') then try_cast({{ date }} || '-01-01' as date) + interval 1 year
            else try_cast(regexp_extract({{ date }}, '([0-9]{4})[^0-9]*$', 1) || '-01-01' as date) + interval 10 year
        end
{%- endmacro %}

{#- The start of a date: "2019", "2019-05". -#}
{% macro osm_date_start(date) -%}
    try_cast(left(regexp_extract({{ date }}, '^[0-9]{4}(-[0-9]{2}){0,2}$') || '-01-01', 10) as date)
{%- endmacro %}
