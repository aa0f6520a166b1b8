-- One row per run and stage: rows in, rows out and lost. A view, so that a run's own stages are there.
{{ config(materialized='view') }}

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
from {{ source('ops', 'run_stages') }}
