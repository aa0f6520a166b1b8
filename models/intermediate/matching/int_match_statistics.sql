-- One row: the version of the statistics by which records are compared. A build that makes everything again learns
-- them.
{{ config(keyed_by='statistics') }}

with context as (

    select * from {{ ref('stg_ops__build_context') }}
    where scope = 'all'

),

records as (

    select name_compact from {{ ref('int_records_to_learn_from') }}

),

totals as (

    select
        count(*) as records,
        count(distinct name_compact) as names
    from records

),

statistics as (

    select
        context.run_id,
        context.as_of as learned_at,
        totals.records,
        totals.names
    from context
    cross join totals

)

select * from statistics
