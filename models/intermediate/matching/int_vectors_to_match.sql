-- One row per prefiltered pair that this build compares, with the level that each comparison reached.
{{ config(materialized='view') }}

with int_pairs_prefiltered as (

    select * from {{ ref('int_pairs_prefiltered') }}

),

to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

int_match_features as not materialized (

    select * from {{ ref('int_match_features') }}

),

int_cities_alike as (

    select * from {{ ref('int_cities_alike') }}

),

match_weights as (

    select * from {{ ref('match_weights') }}

),

pairs_to_match as not materialized (

    select pairs.*
    from int_pairs_prefiltered as pairs
    left join to_match as lefts
        on pairs.left_no = lefts.record_no
    left join to_match as rights
        on pairs.right_no = rights.record_no
    where lefts.record_no is not null or rights.record_no is not null

),

compared_records as (

    select left_no as record_no from pairs_to_match
    union
    select right_no as record_no from pairs_to_match

),

features_to_match as not materialized (

    select * from int_match_features
    semi join compared_records
        on int_match_features.record_no = compared_records.record_no

),

{{ comparison_vectors('pairs_to_match', 'features_to_match', 'int_cities_alike', 'match_weights') }},

vectors_of_pairs as (

    select * from vectors

)

select * from vectors_of_pairs
