-- One row per blocked pair, with the level that each comparison reached.
with pairs as (

    select * from {{ ref('int_pairs_blocked') }}

),

tokens as (

    select * from {{ ref('int_match_tokens') }}

),

totals as (

    select
        record_key,
        sum(information) as information
    from tokens
    group by record_key

),

shared as (

    select
        pairs.left_key,
        pairs.right_key,
        sum(lefts.information) as information
    from pairs
    inner join tokens as lefts
        on pairs.left_key = lefts.record_key
    inner join tokens as rights
        on pairs.right_key = rights.record_key and lefts.token = rights.token
    group by pairs.left_key, pairs.right_key

),

measured as (

    select
        pairs.*,
        coalesce(shared.information, 0)
        / (left_total.information + right_total.information - coalesce(shared.information, 0)) as name_overlap,
        coalesce(shared.information, 0) / least(left_total.information, right_total.information) as name_contained,
        {{ metres_between('lefts.latitude', 'lefts.longitude', 'rights.latitude', 'rights.longitude') }} as metres,
        lefts.name_compact = rights.name_compact as is_same_name,
        -- "Power League" and "Powerleague Portobello" share a beginning, whatever their spaces.
        least(length(lefts.name_compact), length(rights.name_compact)) >= 8
        and (
            starts_with(lefts.name_compact, rights.name_compact)
            or starts_with(rights.name_compact, lefts.name_compact)
        ) as is_same_beginning,
        contains(lefts.name_folded, ' ') and list_contains(rights.name_parts, lefts.name_compact)
        and lefts.is_name_in_one_spot
        or contains(rights.name_folded, ' ') and list_contains(lefts.name_parts, rights.name_compact)
        and rights.is_name_in_one_spot as is_named_part,
        lefts as l,
        rights as r
    from pairs
    inner join {{ ref('int_match_features') }} as lefts
        on pairs.left_key = lefts.record_key
    inner join {{ ref('int_match_features') }} as rights
        on pairs.right_key = rights.record_key
    inner join totals as left_total
        on pairs.left_key = left_total.record_key
    inner join totals as right_total
        on pairs.right_key = right_total.record_key
    left join shared
        on pairs.left_key = shared.left_key and pairs.right_key = shared.right_key

)

select
    left_key,
    right_key,
    blocked_by,
    name_overlap,
    metres,
    case
        when is_same_name and l.is_name_in_one_spot then 'exact_here'
        when is_named_part then 'part_here'
        when is_same_name then 'exact_elsewhere'
        when name_overlap >= 0.7 then 'high'
        when name_contained >= 0.8 or is_same_beginning then 'contained'
        when name_overlap >= 0.45 then 'middle'
        when name_overlap >= 0.2 then 'low'
        else 'none'
    end as name_level,
    case
        when metres <= 50 then 'within_50_m'
        when metres <= 150 then 'within_150_m'
        when metres <= 300 then 'within_300_m'
        when metres <= 1000 then 'within_1_km'
        when metres <= 3000 then 'within_3_km'
        when metres is not null then 'further'
        when l.south is not null and r.latitude is not null
            then if(
                r.latitude between l.south and l.north and r.longitude between l.west and l.east,
                'inside_locality', 'outside_locality'
            )
        when r.south is not null and l.latitude is not null
            then if(
                l.latitude between r.south and r.north and l.longitude between r.west and r.east,
                'inside_locality', 'outside_locality'
            )
        when l.south is not null and r.south is not null and l.locality != r.locality then 'outside_locality'
        when l.city != r.city then 'other_city'
        when l.city = r.city then 'same_city'
        else 'unknown'
    end as distance_level,
    case
        when l.phone is null or r.phone is null then 'unknown'
        when l.phone = r.phone then 'same'
        else 'different'
    end as phone_level,
    case
        when l.postcode is null or r.postcode is null then 'unknown'
        when l.postcode = r.postcode then 'same'
        when l.postcode_district = r.postcode_district then 'same_district'
        else 'different'
    end as postcode_level,
    case
        when l.website_page is null or r.website_page is null then 'unknown'
        when l.website_page = r.website_page
            then if(l.is_site_of_one_place or contains(l.website_page, '/'), 'same_page', 'unknown')
        when l.website_host != r.website_host then 'other_site'
        when l.is_site_of_one_place then 'same_site'
        else 'other_page'
    end as website_level,
    case
        when l.street_folded is null or r.street_folded is null then 'unknown'
        when l.street_folded != r.street_folded then 'other_street'
        when l.house_number is not null and r.house_number is not null and l.house_number != r.house_number
            then 'other_number'
        else 'same'
    end as street_level,
    case
        when len(l.place_types) = 0 or len(r.place_types) = 0 then 'unknown'
        when list_has_any(l.place_types, r.place_types) then 'shared'
        when
            list_has_any(l.place_types, {{ var('places_of_one_kind') }})
            or list_has_any(r.place_types, {{ var('places_of_one_kind') }})
            then 'never'
        when list_has_any(l.activities, r.activities) then 'shared'
        else 'apart'
    end as kind_level
from measured
