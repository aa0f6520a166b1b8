-- One row per value that several places share, and kind of value: how many places. It is the largest number of
-- records with the value in any one structured source, because a structured source lists a place once.
{{ config(keyed_by='statistics') }}
{%- set kinds = ['name_compact', 'phone', 'website_domain', 'website_page'] %}

with records as not materialized (

    select * from {{ ref('int_records_to_learn_from') }}

),

placed as (

    select
        source_name,
        is_structured,
        latitude,
        longitude,
        phone,
        website_domain,
        website_page,
        if(postcode is null or number_from is null, null, {{ text_key(['postcode', 'number_from']) }}) as door,
        coalesce(ground_metres, 0) as ground_metres,
        name_parts,
        name_compact
    from records

),

stated as (

    select * exclude (name_parts)
    from placed
    union all
    -- "Thistle Padel | Game4Padel" also counts for the name Game4Padel.
    select
        * exclude (name_parts, name_compact),
        unnest(list_filter(list_distinct(name_parts), lambda part: part != name_compact)) as name_compact
    from placed
    where len(name_parts) > 0

),

-- Records that stand apart are two places, except at one door or on one large ground: the middle of a golf course is
-- far from its clubhouse.
{% for value in kinds %}
{{ value }}_counts as (

    select
        source_name,
        is_structured,
        {{ value }},
        count(*) as records,
        min(latitude) as south,
        min(longitude) as west,
        max(latitude) as north,
        max(longitude) as east,
        min(door) as first_door,
        if(count(door) = count(*), max(door), null) as last_door,
        min(ground_metres) as ground_metres
    from stated
    where {{ value }} is not null
    group by source_name, is_structured, {{ value }}

),

{{ value }}_place_counts as (

    select
        {{ value }},
        case
            when
                {{ metres_between('min(south)', 'min(west)', 'max(north)', 'max(east)') }}
                > greatest({{ var('one_spot_metres') }}, min(ground_metres))
                and (count(last_door) < count(*) or min(first_door) < max(last_door))
                then greatest(2, max(records) filter (where is_structured))
            when any_value(south) is not null then 1
            else coalesce(max(records) filter (where is_structured), 1)
        end as places
    from {{ value }}_counts
    group by {{ value }}

),

{% endfor %}
place_counts as (
    {% for value in kinds %}
    select
        '{{ value }}' as value_kind,
        {{ value }} as value,
        places
    from {{ value }}_place_counts
    where places > 1
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from place_counts
