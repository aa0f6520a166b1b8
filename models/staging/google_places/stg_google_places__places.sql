-- One row per Google place and version.
with landed as (

    {{ landed_versions('google_places') }}

),

periods as (

    select
        record_key,
        version_no,
        unnest(from_json(
            json_extract(payload, '$.regularOpeningHours.periods'),
            '[{"open": {"day": "INTEGER", "hour": "INTEGER", "minute": "INTEGER"},
               "close": {"day": "INTEGER", "hour": "INTEGER", "minute": "INTEGER"}}]'
        )) as period
    from landed
    where json_type(payload, '$.regularOpeningHours.periods') = 'ARRAY'

),

opened as (

    -- Google's day 0 is Sunday. One period without an end means always open; midnight ends a day.
    select
        periods.record_key,
        periods.version_no,
        coalesce(every_day.day_number, (period.open.day + 6) % 7) as day_number,
        printf('%02d:%02d', period.open.hour, period.open.minute) as opens,
        case
            when period.close is null or (period.close.hour = 0 and period.close.minute = 0) then '24:00'
            else printf('%02d:%02d', period.close.hour, period.close.minute)
        end as closes
    from periods
    left join (select unnest(range(7)) as day_number) as every_day
        on periods.period.close is null
    where period.open.day is not null

),

days as (

    select
        record_key,
        version_no,
        day_number,
        {{ day_as_json('day_number', 'opens', 'closes') }} as day_json
    from opened
    group by record_key, version_no, day_number

),

weeks as (

    select
        record_key,
        version_no,
        {{ week_as_json('day_json', 'day_number') }} as opening_hours
    from days
    group by record_key, version_no

),

parsed as (

    select
        landed.*,
        weeks.opening_hours,
        {{ json_text('landed.payload', '$.displayName.text') }} as entity_name,
        landed.read.street_address,
        landed.read.locality,
        landed.read.city,
        landed.read.postcode,
        landed.read.country,
        list_filter(
            {{ json_texts('landed.payload', '$.types') }},
            lambda type: type not in ('point_of_interest', 'establishment')
        ) as raw_categories,
        landed.read.phone,
        landed.read.website_url,
        landed.read.facebook_url,
        landed.read.instagram_url,
        landed.read.twitter_url,
        landed.read.linkedin_url,
        {{ json_number('landed.payload', '$.rating') }} as rating,
        {{ json_integer('landed.payload', '$.userRatingCount') }} as rating_count,
        lower({{ json_text('landed.payload', '$.businessStatus') }}) as business_status
    from landed
    left join weeks
        on landed.record_key = weeks.record_key and landed.version_no = weeks.version_no

),

mapped as (

    select
        *,
        false as is_part,
        {{ plausible_point() }},
        json_object(
            'google_places', source_record_id,
            'google_cid', nullif(regexp_extract(json_extract_string(payload, '$.googleMapsUri'), 'cid=([0-9]+)', 1), '')
        )::varchar as external_ids,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
        end as loss_reason
    from parsed

)

select
    {{ place_columns([
        'entity_name', 'raw_categories', 'is_part', 'street_address', 'locality', 'city', 'postcode', 'country',
        'latitude', 'longitude', 'location_flag', 'phone', 'website_url', 'facebook_url', 'instagram_url', 'twitter_url',
        'linkedin_url', 'opening_hours', 'rating', 'rating_count', 'external_ids', 'business_status'
    ]) }}
from mapped
