-- One row per published version.
with publications as (

    select
        publication_no,
        build_id,
        run_id,
        command,
        as_of,
        published_at,
        entities,
        trust,
        made_by,
        touched,
        coalesce(engine, 'duckdb') as engine
    from {{ source('ops', 'publications') }}

)

select * from publications
