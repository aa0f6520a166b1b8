-- One row: the run and the time for which the models are built, and which entities they rank.
with build_context as (

    select
        run_id,
        as_of,
        coalesce((select max(scopes.scope) from {{ source('ops', 'build_scope') }} as scopes), 'all') as scope
    from {{ source('ops', 'build_context') }}

)

select * from build_context
