-- One row per prefiltered pair that this build compares, with the level that each comparison reached.
{{ config(materialized='view') }}

with int_pairs_prefiltered as not materialized (

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

context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

changed_records as (

    {{ changed_records() }}

),

pairs_to_match as not materialized (

    {{ pairs_to_match('int_pairs_prefiltered') }}

),

compared_records as (

    select * from {{ ref('int_records_compared') }}

),

features_to_match as not materialized (

    select * from int_match_features
    semi join compared_records
        on int_match_features.record_no = compared_records.record_no

),

{{ comparison_vectors('pairs_to_match', 'features_to_match', 'int_cities_alike', 'match_weights', reads_all=true) }},

vectors_of_pairs as (

    select * from vectors

)

select * from vectors_of_pairs
