-- One row per run, stage and reason.
with run_funnel as (

    select * from {{ ref('run_funnel') }}

),

reasons as (

    select
        run_id,
        stage,
        position,
        rows_in,
        losses,
        unnest(json_keys(losses)) as reason
    from run_funnel

)

select
    run_id,
    stage,
    reason,
    rows_in,
    (losses ->> reason)::bigint as rows_lost
from reasons
where (losses ->> reason)::bigint > 0
order by run_id desc, position, rows_lost desc, reason
