-- One row per source record and version, all sources in one shape; `loss_reason` says why a record describes no place.
-- A point that a source gives to several postcodes is the middle of something, not where the place is. Words such as
-- "(CLOSED)" are no part of a name: they say what became of the place, unless its source knows more of that. What a run
-- landed holds since the run began: its answers came one after the other, and are one look at the world.
with int_records_unioned as (

    select * from {{ ref('int_records_unioned') }}

),

stg_ops__runs as (

    select * from {{ ref('stg_ops__runs') }}

),

-- Few, since an answer holds many records: cheaper to look up than to find the run of every record.
moments as (

    select valid_from as moment from int_records_unioned as records
    union
    select replaced_at from int_records_unioned as records

),

begun as (

    select
        moments.moment,
        coalesce(runs.started_at, moments.moment) as begun_at
    from moments
    asof left join stg_ops__runs as runs
        on moments.moment >= runs.started_at

),

names as (

    select distinct entity_name as name from int_records_unioned as records
    where entity_name is not null

),

told_names as (

    {{ status_in_names('names') }}

),

shared_points as (

    select
        source_name,
        latitude,
        longitude,
        'shared_point' as flag
    from int_records_unioned as records
    where latitude is not null and replaced_at is null
    group by source_name, latitude, longitude
    having count(distinct postcode) >= {{ var('shared_point_postcodes') }}

),

versions as (

    select
        records.* replace (
            held_from.begun_at as valid_from,
            held_until.begun_at as replaced_at,
            coalesce(told_names.said.name, records.entity_name) as entity_name,
            records.is_sub_venue
            or coalesce(
                {{ is_name_of_a_part('coalesce(told_names.said.name, records.entity_name)') }}
                and ({{ is_of_a_court('records.raw_categories', 'records.entity_name') }}), false
            ) as is_sub_venue,
            case
                when records.operating_status in ('unknown', 'operational') and told_names.name is not null
                    then told_names.said.operating_status
                else records.operating_status
            end as operating_status,
            case
                when records.operating_status in ('unknown', 'operational') and told_names.name is not null
                    then 'name: ' || records.entity_name
                when records.operating_status != 'unknown' then records.operating_status_evidence
            end as operating_status_evidence,
            case when shared_points.flag is null then records.latitude end as latitude,
            case when shared_points.flag is null then records.longitude end as longitude,
            coalesce(shared_points.flag, records.location_flag) as location_flag
        )
    from int_records_unioned as records
    left join begun as held_from
        on records.valid_from = held_from.moment
    left join begun as held_until
        on records.replaced_at = held_until.moment
    left join told_names
        on records.entity_name = told_names.name
    left join shared_points
        on
            records.source_name = shared_points.source_name
            and records.latitude = shared_points.latitude
            and records.longitude = shared_points.longitude

)

select * from versions
