-- One row per record from which this build learns statistics: all of them in a build that makes everything again, and
-- none in any other. So a pair of records that did not change keeps its weight.
{{ config(materialized='view') }}

with int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}
    where scope = 'all'

),

to_learn_from as (

    select int_records_standardised.*
    from int_records_standardised
    cross join context

)

select * from to_learn_from
