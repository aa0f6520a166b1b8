-- One row: the run and the time for which the models are built.
with build_context as (

    select
        run_id,
        as_of
    from {{ source('ops', 'build_context') }}

)

select * from build_context
