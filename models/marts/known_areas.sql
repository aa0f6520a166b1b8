-- One row per area that queries may name and places are located in, with the box around it.
{{ config(alias='areas') }}

with areas as (

    select * from {{ ref('areas') }}

),

known_areas as (

    select
        area_name,
        kind,
        parent,
        region,
        list_filter(string_split(coalesce(aliases, ''), ';'), lambda alias: alias != '') as aliases,
        latitude,
        longitude,
        south,
        west,
        north,
        east
    from areas

)

select * from known_areas
order by kind, area_name
