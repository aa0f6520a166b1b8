-- One row per area that a query may name, with the box around it. Derived localities and cities come from these
-- boxes.
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
        country,
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
