-- One row per run and stage.
with run_stages as (

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

)

select * from run_stages
