-- One row per candidate pair that this build compares: of its two records, at least one is compared again.
{{ config(materialized='view') }}

with int_candidate_pairs as not materialized (

    select * from {{ ref('int_candidate_pairs') }}

),

int_pairs_changed as (

    select * from {{ ref('int_pairs_changed') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

pairs as (

    select int_candidate_pairs.*
    from int_candidate_pairs
    cross join context
    where context.scope != 'changed'
    union all
    select * from int_pairs_changed

)

select * from pairs
