-- One row per run and stage: rows in, rows out and lost. It is a view, so a run's own stages are there.
{{ config(materialized='view') }}

with stg_ops__run_stages as (

    select * from {{ ref('stg_ops__run_stages') }}

),

run_funnel as (

    select
        run_id,
        stage,
        position,
        rows_in,
        rows_out,
        losses,
        seconds,
        cost_usd,
        errors
    from stg_ops__run_stages

)

select * from run_funnel
