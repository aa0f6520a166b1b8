-- One row per run.
with runs as (

    select
        run_id,
        query,
        mode,
        ingestion_mode,
        status,
        asked_name,
        asked_categories,
        area_name,
        area_south,
        area_west,
        area_north,
        area_east,
        area_country,
        plan,
        entities_published,
        budget_spent_usd,
        started_at,
        ended_at,
        error,
        versions
    from {{ source('ops', 'runs') }}

)

select * from runs
