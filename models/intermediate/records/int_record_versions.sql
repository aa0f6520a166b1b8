-- One row per source record and version, all sources in one shape. `loss_reason` is the reason why a record describes
-- no place. A point that a source gives to several postcodes is the middle of an area, not a place. Words such as
-- "(CLOSED)" are removed from the name and give the operating status, unless the source has a more precise one. A
-- version is valid from the start of the run that landed it, because all answers of a run count as one moment.
{{ config(keyed_by='source_name') }}

with int_records_unioned as (

    select * from {{ ref('int_records_unioned') }}

),

stg_ops__runs as (

    select * from {{ ref('stg_ops__runs') }}

),

-- There are few moments, because an answer holds many records. Joining moments to runs is cheaper than joining
-- records to runs.
moments as (

    select valid_from as moment from int_records_unioned as records
    union
    select replaced_at from int_records_unioned as records

),

run_starts as (

    select
        moments.moment,
        -- A list may land between two runs.
        case
            when moments.moment <= coalesce(runs.ended_at, moments.moment)
                then coalesce(runs.started_at, moments.moment)
            else moments.moment
        end as begun_at
    from moments
    asof left join stg_ops__runs as runs
        on moments.moment >= runs.started_at

),

names as (

    select entity_name as name from int_records_unioned as records
    where entity_name is not null

),

names_with_status as (

    {{ status_in_names('names') }}

),

-- Few points have so many records. Only theirs have postcodes to compare.
crowded_points as (

    select
        source_name,
        latitude,
        longitude
    from int_records_unioned as records
    where latitude is not null and replaced_at is null
    group by source_name, latitude, longitude
    having count(postcode) >= {{ var('shared_point_postcodes') }}

),

shared_points as (

    select
        records.source_name,
        records.latitude,
        records.longitude,
        'shared_point' as flag
    from int_records_unioned as records
    semi join crowded_points
        on
            records.source_name = crowded_points.source_name
            and records.latitude = crowded_points.latitude
            and records.longitude = crowded_points.longitude
    where records.replaced_at is null
    group by records.source_name, records.latitude, records.longitude
    having count(distinct records.postcode) >= {{ var('shared_point_postcodes') }}

),

versions as (

    select
        records.* replace (
            valid_since.begun_at as valid_from,
            valid_until.begun_at as replaced_at,
            coalesce(names_with_status.parsed.name, records.entity_name) as entity_name,
            records.is_sub_venue
            or coalesce(
                case
                    -- The names of few records are read: those of courts.
                    when {{ is_court_or_pitch('records.raw_categories', 'records.entity_name') }}
                        then {{ is_sub_venue_name('coalesce(names_with_status.parsed.name, records.entity_name)') }}
                end,
                false
            ) as is_sub_venue,
            case
                when records.operating_status in ('unknown', 'operational') and names_with_status.name is not null
                    then names_with_status.parsed.operating_status
                else records.operating_status
            end as operating_status,
            case
                when records.operating_status in ('unknown', 'operational') and names_with_status.name is not null
                    then 'name: ' || records.entity_name
                when records.operating_status != 'unknown' then records.operating_status_evidence
            end as operating_status_evidence,
            case when shared_points.flag is null then records.latitude end as latitude,
            case when shared_points.flag is null then records.longitude end as longitude,
            coalesce(shared_points.flag, records.location_flag) as location_flag
        )
    from int_records_unioned as records
    left join run_starts as valid_since
        on records.valid_from = valid_since.moment
    left join run_starts as valid_until
        on records.replaced_at = valid_until.moment
    left join names_with_status
        on records.entity_name = names_with_status.name
    left join shared_points
        on
            records.source_name = shared_points.source_name
            and records.latitude = shared_points.latitude
            and records.longitude = shared_points.longitude

)

select * from versions
