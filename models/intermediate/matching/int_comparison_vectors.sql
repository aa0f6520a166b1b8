-- One row per prefiltered pair, with the level that each comparison reached. Each comparison is a macro in
-- `comparisons.sql`. Its thresholds are in the seed `match_weights`, with the weights of the levels.
{{ config(materialized='view') }}

with int_pairs_prefiltered as (

    select * from {{ ref('int_pairs_prefiltered') }}

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

{{ comparison_vectors('int_pairs_prefiltered', 'int_match_features', 'int_cities_alike', 'match_weights') }},

vectors_of_pairs as (

    select * from vectors

)

select * from vectors_of_pairs
