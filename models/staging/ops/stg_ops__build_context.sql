-- One row: the run and the moment that the models are built for.
with build_context as (

    select
        run_id,
        as_of
    from {{ source('ops', 'build_context') }}

)

select * from build_context
