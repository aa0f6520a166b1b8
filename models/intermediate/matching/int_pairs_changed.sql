-- One row per candidate pair with a record that is compared again, after a build of what changed. A build that makes
-- everything again compares all candidate pairs, and has none here.
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

    {{ pairs_changed('int_candidate_pairs') }}

)

select * from pairs
