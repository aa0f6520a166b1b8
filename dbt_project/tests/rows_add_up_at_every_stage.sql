-- At every stage that the models compute, rows in equal rows out plus named losses. A failure means that rows were
-- lost without a name.
with lost as (

    select
        stage,
        sum(json_extract_string(losses, '$."' || loss || '"')::bigint) as rows_lost
    from (
        select
            stage,
            losses,
            unnest(json_keys(losses)) as loss
        from {{ ref('int_stage_counts') }}
    )
    group by stage

)

select
    counts.stage,
    counts.rows_in,
    counts.rows_out,
    lost.rows_lost
from {{ ref('int_stage_counts') }} as counts
left join lost
    on counts.stage = lost.stage
where counts.rows_in != counts.rows_out + coalesce(lost.rows_lost, 0)
