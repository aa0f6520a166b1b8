-- One row per record that can be matched, with its features in the form they are compared in.
with int_records as (

    select * from {{ ref('int_records') }}
    where loss_reason is null and not is_part

),

areas as (

    select
        area_name,
        south,
        west,
        north,
        east
    from {{ ref('areas') }}
    where kind = 'locality'

),

kinds as (

    select
        record_key,
        list(value order by value) filter (where kind = 'place_type') as place_types,
        list(value order by value) filter (where kind = 'activity') as activities
    from {{ ref('int_record_categories') }}
    group by record_key

),

meanings as (

    select
        map_from_entries(
            list({ 'k': abbreviation, 'v': meaning }) filter (where used_in = 'name')
        ) as in_names,
        map_from_entries(
            list({ 'k': abbreviation, 'v': meaning }) filter (where used_in = 'street')
        ) as in_streets
    from {{ ref('abbreviations') }}

),

folded as (

    select
        int_records.*,
        {{ spelled_out(folded('int_records.entity_name'), 'meanings.in_names') }} as name_folded,
        {{ spelled_out(
            folded("regexp_replace(int_records.street_address, '^[0-9]+[A-Za-z]?(-[0-9]+)? ', '')"), 'meanings.in_streets'
        ) }} as street_folded,
        -- "Thistle Padel | Game4Padel": a venue and whose it is.
        list_transform(
            string_split_regex(int_records.entity_name, ' [|–—-] '),
            lambda part: replace({{ spelled_out(folded('part'), 'meanings.in_names') }}, ' ', '')
        ) as name_parts
    from int_records
    cross join meanings

),

featured as (

    select
        folded.record_key,
        folded.source_name,
        folded.entity_name,
        folded.name_folded,
        replace(folded.name_folded, ' ', '') as name_compact,
        if(len(folded.name_parts) > 1, folded.name_parts, []) as name_parts,
        folded.latitude,
        folded.longitude,
        -- About 500 m: two places closer than that are in the same or in neighbouring cells.
        floor(folded.latitude / 0.0045)::bigint as cell_y,
        floor(folded.longitude / 0.008)::bigint as cell_x,
        folded.phone,
        replace(folded.postcode, ' ', '') as postcode,
        split_part(folded.postcode, ' ', 1) as postcode_district,
        {{ url_key('folded.website_url') }} as website_page,
        {{ host_of('folded.website_url') }} as website_host,
        nullif(regexp_extract(folded.street_address, '^([0-9]+[A-Za-z]?(?:-[0-9]+)?)\b', 1), '') as house_number,
        nullif(folded.street_folded, '') as street_folded,
        folded.locality,
        {{ folded('folded.city') }} as city,
        areas.south,
        areas.west,
        areas.north,
        areas.east,
        coalesce(kinds.place_types, []) as place_types,
        coalesce(kinds.activities, []) as activities
    from folded
    left join areas
        on folded.locality = areas.area_name and folded.latitude is null
    left join kinds
        on folded.record_key = kinds.record_key

),

spots as (

    select
        unnest(list_append(name_parts, name_compact)) as name_compact,
        latitude,
        longitude
    from featured
    where latitude is not null

),

names as (

    -- Where a name stands in one spot only, the name alone tells the place.
    select
        name_compact,
        {{ metres_between('min(latitude)', 'min(longitude)', 'max(latitude)', 'max(longitude)') }} as spread_metres
    from spots
    group by name_compact

),

hosts as (

    select
        website_host,
        count(distinct website_page) as pages,
        {{ metres_between('min(latitude)', 'min(longitude)', 'max(latitude)', 'max(longitude)') }} as spread_metres
    from featured
    where website_host is not null
    group by website_host

)

select
    featured.*,
    coalesce(names.spread_metres, 0) <= {{ var('one_spot_metres') }} as is_name_in_one_spot,
    coalesce(hosts.spread_metres, 0) <= {{ var('one_spot_metres') }} as is_site_of_one_place
from featured
left join names
    on featured.name_compact = names.name_compact
left join hosts
    on featured.website_host = hosts.website_host
