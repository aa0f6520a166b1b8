-- One row per pair that is worth comparing, with the level that each comparison reached.
{{ config(materialized='view') }}
{%- set features = [
    'name_parts', 'name_numbers', 'name_places', 'latitude', 'longitude', 'south', 'west', 'north', 'east', 'locality',
    'city', 'phone', 'phone_places', 'postcode', 'postcode_district', 'website_page', 'website_domain', 'page_places',
    'domain_places', 'house_number', 'street', 'place_types', 'activities', 'identifiers', 'name_compact'
] %}

with paired as (

    select
        {%- for column in features %}
        lefts.{{ column }} as l_{{ column }},
        rights.{{ column }} as r_{{ column }},
        {%- endfor %}
        pairs.*
    from {{ ref('int_pairs_alike') }} as pairs
    inner join {{ ref('int_match_features') }} as lefts
        on pairs.left_no = lefts.record_no
    inner join {{ ref('int_match_features') }} as rights
        on pairs.right_no = rights.record_no

)

select
    left_no,
    right_no,
    blocked_by,
    name_similarity,
    metres,
    case
        when is_same_name then 'exact'
        when
            list_contains(l_name_parts, r_name_compact) and r_name_places = 1
            or list_contains(r_name_parts, l_name_compact) and l_name_places = 1
            then 'part'
        {%- for percent in [95, 87, 80, 74, 68, 62, 56, 50, 40, 30] %}
        when name_similarity >= {{ percent / 100 }} then 'from_{{ percent }}'
        {%- endfor %}
        else 'less'
    end as name_level,
    case
        when greatest(l_name_places, r_name_places) = 1 then 'one'
        when greatest(l_name_places, r_name_places) = 2 then 'two'
        when greatest(l_name_places, r_name_places) <= 4 then 'up_to_4'
        when greatest(l_name_places, r_name_places) <= 8 then 'up_to_8'
        when greatest(l_name_places, r_name_places) <= 19 then 'up_to_19'
        else 'more'
    end as branches_level,
    case
        when len(l_name_numbers) = 0 and len(r_name_numbers) = 0 then 'none'
        when l_name_numbers = r_name_numbers then 'same'
        when len(l_name_numbers) = 0 or len(r_name_numbers) = 0 then 'in_one'
        else 'different'
    end as number_level,
    case
        {%- for limit in [15, 30, 50, 80, 120, 180, 260, 400, 600, 900, 1400, 3000] %}
        when metres <= {{ limit }} then 'within_{{ limit }}_m'
        {%- endfor %}
        when metres is not null then 'further'
        when l_south is not null and r_latitude is not null
            then if(
                r_latitude between l_south and l_north and r_longitude between l_west and l_east,
                'inside_locality', 'outside_locality'
            )
        when r_south is not null and l_latitude is not null
            then if(
                l_latitude between r_south and r_north and l_longitude between r_west and r_east,
                'inside_locality', 'outside_locality'
            )
        when l_south is not null and r_south is not null and l_locality != r_locality then 'outside_locality'
        when l_city != r_city then 'other_city'
        when l_city = r_city then 'same_city'
        else 'unknown'
    end as distance_level,
    case
        when l_phone is null or r_phone is null then 'unknown'
        when right(l_phone, 8) != right(r_phone, 8) then 'different'
        when greatest(l_phone_places, r_phone_places) = 1 then 'same'
        when greatest(l_phone_places, r_phone_places) <= 4 then 'same_of_few'
        else 'same_of_many'
    end as phone_level,
    case
        when l_postcode is null or r_postcode is null then 'unknown'
        when l_postcode = r_postcode then 'same'
        when l_postcode_district = r_postcode_district then 'same_district'
        else 'different'
    end as postcode_level,
    case
        when l_website_page is null or r_website_page is null then 'unknown'
        when l_website_page = r_website_page and greatest(l_page_places, r_page_places) = 1 then 'same_page'
        when l_website_page = r_website_page then 'shared_page'
        when l_website_domain != r_website_domain then 'other_site'
        when greatest(l_domain_places, r_domain_places) = 1 then 'same_site'
        else 'other_page'
    end as website_level,
    case
        when l_house_number is null or r_house_number is null then 'number_unknown'
        when l_house_number = r_house_number then 'same_number'
        else 'other_number'
    end || case
        when l_street is null or r_street is null then ''
        when l_street = r_street then '_same_street'
        when jaro_winkler_similarity(l_street, r_street) >= 0.88 then '_like_street'
        else '_other_street'
    end as street_level,
    case
        when len(l_place_types) = 0 or len(r_place_types) = 0 then 'unknown'
        when list_has_any(l_place_types, r_place_types) then 'shared'
        when
            list_has_any(l_place_types, {{ var('places_of_one_kind') }})
            or list_has_any(r_place_types, {{ var('places_of_one_kind') }})
            then 'never'
        when list_has_any(l_activities, r_activities) then 'shared'
        else 'apart'
    end as kind_level,
    if(list_has_any(l_identifiers, r_identifiers), 'same', 'unknown') as identifier_level
from paired
