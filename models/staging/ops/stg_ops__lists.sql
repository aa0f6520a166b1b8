-- One row per list that `sources/*.yml` declares.
with lists as (

    select
        source_name,
        title,
        format,
        location,
        rows_kept,
        trust,
        licence,
        republish,
        share_alike,
        attribution,
        retention_days,
        repeats_places,
        columns,
        categories,
        coverage
    from {{ source('ops', 'lists') }}

)

select * from lists
