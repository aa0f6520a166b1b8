-- One row per candidate pair that this build compares: of its two records, at least one is compared again.
{{ config(materialized='view') }}

with int_candidate_pairs as not materialized (

    select * from {{ ref('int_candidate_pairs') }}

),

to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

changed_records as materialized (

    {{ changed_records() }}

),

pairs as (

    {{ pairs_to_match('int_candidate_pairs') }}

)

select * from pairs
