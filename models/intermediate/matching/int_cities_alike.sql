-- One row per two spellings of what may be one city, among the pairs that have no distance: two that are alike
-- (`new york` and `new york city`), or two in different scripts. What the build before found stays.
{{ config(reads_itself=true) }}

with context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

before as (

    {% if was_built(this) %}
    select cities_before.*
    from {{ this }} as cities_before
    cross join context
    where context.scope = 'changed'
    {% else %}
    select
        null::bigint as one_city,
        null::bigint as other_city
    from context
    where false
    {% endif %}

),

prefiltered as (

    select
        left_no,
        right_no
    from {{ ref('int_pairs_prefiltered') }}
    where metres is null

),

to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

pairs as (

    select
        prefiltered.left_no,
        prefiltered.right_no
    from prefiltered
    left join to_match as lefts
        on prefiltered.left_no = lefts.record_no
    left join to_match as rights
        on prefiltered.right_no = rights.record_no
    where lefts.record_no is not null or rights.record_no is not null

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
    union
    select
        one_city,
        other_city
    from before

)

select * from cities_alike
