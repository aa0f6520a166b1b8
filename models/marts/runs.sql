-- One row per run. It is a view, so a run's own row is current.
{{ config(materialized='view') }}

with stg_ops__runs as (

    select * from {{ ref('stg_ops__runs') }}

),

runs as (

    select
        run_id,
        query,
        mode,
        ingestion_mode,
        status,
        area_name,
        asked_name,
        asked_categories,
        entities_published,
        budget_spent_usd,
        started_at,
        ended_at,
        error
    from stg_ops__runs

)

select * from runs
