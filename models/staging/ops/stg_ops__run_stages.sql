-- One row per run and stage.
with run_stages as (

    select
        run_id,
        if(stage = 'merge', 'survivorship', stage) as stage, -- its name in older warehouses
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
