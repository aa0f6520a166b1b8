-- One row per two spellings of what may be one city, among the pairs that have no distance: two that are alike
-- (`new york` and `new york city`), or two in different scripts.
with pairs as (

    select
        left_no,
        right_no
    from {{ ref('int_pairs_prefiltered') }}
    where metres is null

),

features as not materialized (

    select
        record_no,
        city
    from {{ ref('int_records_standardised') }}

),

spellings as (

    select distinct
        lefts.city as left_city,
        rights.city as right_city
    from pairs
    inner join features as lefts
        on pairs.left_no = lefts.record_no
    inner join features as rights
        on pairs.right_no = rights.record_no
    where lefts.city != rights.city

),

cities_alike as (

    select distinct
        least({{ text_key('left_city') }}, {{ text_key('right_city') }}) as one_city,
        greatest({{ text_key('left_city') }}, {{ text_key('right_city') }}) as other_city
    from spellings
    where
        {{ is_latin('left_city') }} != {{ is_latin('right_city') }}
        or {{ shorter_text_share("replace(left_city, ' ', '')", "replace(right_city, ' ', '')") }}
        >= {{ var('like_city_similarity') }}

)

select * from cities_alike
