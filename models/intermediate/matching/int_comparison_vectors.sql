-- One row per pair that is worth comparing, with the level that each comparison reached.
{{ config(materialized='view') }}
{%- set compared = [
    'name_compact', 'parts', 'numbers', 'name_place_count', 'latitude', 'longitude', 'city', 'phone', 'phone_place_count',
    'postcode', 'postcode_district', 'website_page', 'website_domain', 'page_place_count', 'domain_place_count', 'house_number',
    'street', 'source_name', 'is_structured'
] %}

with features as not materialized (

    -- A text is joined to millions of pairs for far less than a list, and a number for less than a text.
    select
        * replace (
            {%- for text in ['city', 'postcode', 'postcode_district', 'website_page', 'website_domain'] %}
            if({{ text }} is null, null, hash({{ text }})) as {{ text }},
            {%- endfor %}
            if(phone is null, null, hash(right(phone, 8))) as phone
        ),
        '|' || array_to_string(name_parts, '|') || '|' as parts,
        array_to_string(name_numbers, ' ') as numbers
    from {{ ref('int_match_features') }}

),

-- What few records have is joined by itself: it would cost as much for all.
kinds as (

    select
        record_no,
        place_types,
        activities
    from features
    where len(place_types) > 0

),

identified as (

    select
        record_no,
        identifiers
    from features
    where len(identifiers) > 0

),

boxed as (

    select
        record_no,
        locality,
        south,
        west,
        north,
        east
    from features
    where south is not null

),

paired as (

    select
        {%- for column in compared %}
        lefts.{{ column }} as l_{{ column }},
        rights.{{ column }} as r_{{ column }},
        {%- endfor %}
        pairs.*
    from {{ ref('int_pairs_prefiltered') }} as pairs
    inner join features as lefts
        on pairs.left_no = lefts.record_no
    inner join features as rights
        on pairs.right_no = rights.record_no

)

select
    paired.left_no,
    paired.right_no,
    blocked_by,
    name_similarity,
    metres,
    l_source_name as left_source,
    r_source_name as right_source,
    l_is_structured and r_is_structured and l_source_name != r_source_name as is_cross_source,
    case
        when is_same_name then 'exact'
        when
            l_parts != '||' and contains(l_parts, '|' || r_name_compact || '|') and r_name_place_count = 1
            or r_parts != '||' and contains(r_parts, '|' || l_name_compact || '|') and l_name_place_count = 1
            then 'part'
        {%- for percent in [95, 87, 80, 74, 68, 62, 56, 50, 40, 30] %}
        when name_similarity >= {{ percent / 100 }} then 'from_{{ percent }}'
        {%- endfor %}
        else 'less'
    end as name_level,
    case
        when greatest(l_name_place_count, r_name_place_count) = 1 then 'one'
        when greatest(l_name_place_count, r_name_place_count) = 2 then 'two'
        when greatest(l_name_place_count, r_name_place_count) <= 4 then 'up_to_4'
        when greatest(l_name_place_count, r_name_place_count) <= 8 then 'up_to_8'
        when greatest(l_name_place_count, r_name_place_count) <= 19 then 'up_to_19'
        else 'more'
    end as term_frequency_level,
    case
        when l_numbers = '' and r_numbers = '' then 'none'
        when l_numbers = r_numbers then 'same'
        when l_numbers = '' or r_numbers = '' then 'in_one'
        else 'different'
    end as number_level,
    case
        {%- for limit in [15, 30, 50, 80, 120, 180, 260, 400, 600, 900, 1400, 3000] %}
        when metres <= {{ limit }} then 'within_{{ limit }}_m'
        {%- endfor %}
        when metres is not null then 'further'
        when left_boxed.south is not null and r_latitude is not null
            then if(
                r_latitude between left_boxed.south and left_boxed.north
                and r_longitude between left_boxed.west and left_boxed.east,
                'inside_locality', 'outside_locality'
            )
        when right_boxed.south is not null and l_latitude is not null
            then if(
                l_latitude between right_boxed.south and right_boxed.north
                and l_longitude between right_boxed.west and right_boxed.east,
                'inside_locality', 'outside_locality'
            )
        when left_boxed.locality != right_boxed.locality then 'outside_locality'
        when l_city != r_city then 'other_city'
        when l_city = r_city then 'same_city'
        else 'unknown'
    end as distance_level,
    case
        when l_phone is null or r_phone is null then 'unknown'
        when l_phone != r_phone then 'different'
        when greatest(l_phone_place_count, r_phone_place_count) = 1 then 'same'
        when greatest(l_phone_place_count, r_phone_place_count) <= 4 then 'same_of_few'
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
        when l_website_page = r_website_page and greatest(l_page_place_count, r_page_place_count) = 1 then 'same_page'
        when l_website_page = r_website_page then 'shared_page'
        when l_website_domain != r_website_domain then 'other_site'
        when greatest(l_domain_place_count, r_domain_place_count) = 1 then 'same_site'
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
        when left_kinds.record_no is null or right_kinds.record_no is null then 'unknown'
        when list_has_any(left_kinds.place_types, right_kinds.place_types) then 'shared'
        when
            list_has_any(left_kinds.place_types, {{ var('places_of_one_kind') }})
            or list_has_any(right_kinds.place_types, {{ var('places_of_one_kind') }})
            then 'never'
        when list_has_any(left_kinds.activities, right_kinds.activities) then 'shared'
        else 'apart'
    end as category_level,
    if(list_has_any(left_identified.identifiers, right_identified.identifiers), 'same', 'unknown') as identifier_level
from paired
left join kinds as left_kinds
    on paired.left_no = left_kinds.record_no
left join kinds as right_kinds
    on paired.right_no = right_kinds.record_no
left join identified as left_identified
    on paired.left_no = left_identified.record_no
left join identified as right_identified
    on paired.right_no = right_identified.record_no
left join boxed as left_boxed
    on paired.left_no = left_boxed.record_no
left join boxed as right_boxed
    on paired.right_no = right_boxed.record_no
