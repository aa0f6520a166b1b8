-- One row per source record and version, all sources in one shape; `loss_reason` says why a record describes no place.
-- A point that a source gives to several postcodes is the middle of something, not where the place is. What a run
-- landed holds since the run began: its answers came one after the other, and are one look at the world.
with records as (

    {% for source_name in [
        'serper', 'google_places', 'openstreetmap', 'sport_scotland', 'edinburgh_council', 'open_charge_map',
        'records'
    ] %}
    select * from {{ ref('stg_' ~ source_name ~ '__places') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

begun as (

    select
        records.record_key,
        records.version_no,
        coalesce(runs.started_at, records.valid_from) as valid_from
    from records
    asof left join {{ source('ops', 'runs') }} as runs
        on records.valid_from >= runs.started_at

),

dated as (

    select
        *,
        lead(valid_from) over (partition by record_key order by version_no) as replaced_at
    from begun

),

shared_points as (

    select
        source_name,
        latitude,
        longitude,
        'shared_point' as flag
    from records
    where latitude is not null and replaced_at is null
    group by source_name, latitude, longitude
    having count(distinct postcode) >= {{ var('shared_point_postcodes') }}

)

select
    records.* replace (
        dated.valid_from as valid_from,
        dated.replaced_at as replaced_at,
        case when shared_points.flag is null then records.latitude end as latitude,
        case when shared_points.flag is null then records.longitude end as longitude,
        coalesce(shared_points.flag, records.location_flag) as location_flag
    )
from records
inner join dated
    on records.record_key = dated.record_key and records.version_no is not distinct from dated.version_no
left join shared_points
    on
        records.source_name = shared_points.source_name
        and records.latitude = shared_points.latitude
        and records.longitude = shared_points.longitude
