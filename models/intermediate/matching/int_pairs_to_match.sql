-- One row per candidate pair that this build compares: of its two records, at least one is compared again.
{{ config(materialized='view') }}

with int_candidate_pairs as (

    select * from {{ ref('int_candidate_pairs') }}

),

to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

pairs as (

    select pairs.*
    from int_candidate_pairs as pairs
    left join to_match as lefts
        on pairs.left_no = lefts.record_no
    left join to_match as rights
        on pairs.right_no = rights.record_no
    where lefts.record_no is not null or rights.record_no is not null

)

select * from pairs
