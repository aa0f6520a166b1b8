-- One row: the run and the time for which the models are built, and which entities they rank.
with contexts as (

    select * from {{ source('ops', 'build_context') }}

),

scopes as (

    select * from {{ source('ops', 'build_scope') }}

),

build_context as (

    select
        run_id,
        as_of,
        coalesce((select max(scopes.scope) from scopes), 'all') as scope,
        coalesce((select bool_or(scopes.has_begun) from scopes), false) as begins_again
    from contexts

)

select * from build_context
