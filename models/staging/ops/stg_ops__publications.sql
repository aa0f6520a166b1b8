-- One row per version that was published.
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
        made_by
    from {{ source('ops', 'publications') }}

)

select * from publications
