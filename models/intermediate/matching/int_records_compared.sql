-- One row per record that this build compares with others, or others with it.
with int_pairs_to_match as not materialized (

    select * from {{ ref('int_pairs_to_match') }}

),

to_match as not materialized (

    select record_no from {{ ref('int_standardised_to_match') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}
    where scope = 'changed'

),

-- A build that makes everything again compares each record, so it need not read the pairs.
compared as (

    select record_no from to_match
    union
    select pairs.left_no as record_no
    from int_pairs_to_match as pairs
    cross join context
    union
    select pairs.right_no as record_no
    from int_pairs_to_match as pairs
    cross join context

)

select * from compared
