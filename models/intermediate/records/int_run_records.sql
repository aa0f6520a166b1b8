-- One row per run and record that takes part in it: what the run landed or reused, and what declared lists have in its
-- area. A list takes part in every run since it landed, and no run copies its rows.
with int_landings as (

    select * from {{ ref('int_landings') }}

),

int_records as (

    select * from {{ ref('int_records') }}
    where loss_reason is null

),

lists as (

    select source_name from {{ ref('int_sources') }}
    where kind = 'list'

),

runs as (

    select * from {{ ref('stg_ops__runs') }}

),

listed as (

    select
        int_records.source_name,
        int_records.source_record_id,
        int_records.first_fetched_at,
        int_records.latitude,
        int_records.longitude,
        int_records.locality,
        int_records.city
    from int_records
    semi join lists
        on int_records.source_name = lists.source_name

),

in_area as (

    select
        runs.run_id,
        runs.ended_at,
        listed.source_name,
        listed.source_record_id,
        listed.first_fetched_at
    from listed
    inner join runs
        on {{ is_in_area_of('runs', 'listed') }}
    union all
    -- A record without a point is where its town is.
    select
        runs.run_id,
        runs.ended_at,
        listed.source_name,
        listed.source_record_id,
        listed.first_fetched_at
    from listed
    inner join runs
        on listed.locality = runs.area_name or listed.city = runs.area_name
    where listed.latitude is null

),

took_part as (

    select
        run_id,
        source_name,
        source_record_id
    from int_landings as landed
    anti join lists
        on landed.source_name = lists.source_name
    union
    select
        run_id,
        source_name,
        source_record_id
    from in_area
    where first_fetched_at <= coalesce(ended_at, first_fetched_at)

)

select * from took_part
