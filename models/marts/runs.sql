-- One row per run. A view, so that a run's own row is current.
{{ config(materialized='view') }}

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
from {{ source('ops', 'runs') }}
