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
            when period.close is null or period.close.hour + period.close.minute = 0 then '24:00'
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

components as (

    select
        record_key,
        version_no,
        unnest(coalesce(json_extract(payload, '$.addressComponents[*]'), [])) as component
    from landed

),

typed_components as (

    select
        record_key,
        version_no,
        {{ json_text('component', '$.longText') }} as text,
        {{ json_texts('component', '$.types') }} as types
    from components

),

component_addresses as (

    select
        record_key,
        version_no,
        concat_ws(
            ' ',
            max(text) filter (where list_contains(types, 'street_number')),
            max(text) filter (where list_contains(types, 'route'))
        ) as street_address,
        max(text) filter (where list_has_any(types, ['sublocality', 'sublocality_level_1', 'neighborhood']))
            as locality,
        max(text) filter (where list_contains(types, 'postal_town')) as city
    from typed_components
    group by record_key, version_no

),

parsed as (

    select
        landed.*,
        weeks.opening_hours,
        {{ json_text('landed.payload', '$.displayName.text') }} as entity_name,
        {{ json_text('landed.payload', '$.formattedAddress') }} as formatted_address,
        {{ json_number('landed.payload', '$.location.latitude') }} as latitude_sent,
        {{ json_number('landed.payload', '$.location.longitude') }} as longitude_sent,
        {{ uk_postcode_in(json_text('landed.payload', '$.formattedAddress')) }} as postcode,
        list_filter(
            {{ json_texts('landed.payload', '$.types') }},
            lambda type: type not in ('point_of_interest', 'establishment')
        ) as raw_categories,
        landed.read.phone,
        {{ json_text('landed.payload', '$.websiteUri') }} as website_url,
        {{ json_number('landed.payload', '$.rating') }} as rating,
        {{ json_number('landed.payload', '$.userRatingCount') }}::bigint as rating_count,
        lower({{ json_text('landed.payload', '$.businessStatus') }}) as business_status
    from landed
    left join weeks
        on landed.record_key = weeks.record_key and landed.version_no = weeks.version_no

),

-- "1, New Park Square, Edinburgh Park, Edinburgh EH12 9GR, UK": the town stands before the postcode or the country,
-- the rest are a building, a street and a locality, each of which may be missing.
split as (

    select
        *,
        list_filter(
            list_transform(
                string_split(
                    regexp_replace(
                        regexp_replace(coalesce(formatted_address, ''), ', (UK|United Kingdom)$', ''),
                        '(^|, )([0-9]+[A-Za-z]?), ', '\1\2 '
                    ), ', '
                ),
                lambda part: trim(replace(part, coalesce(postcode, '?'), ''))
            ),
            lambda part: part != ''
        ) as parts
    from parsed

),

addressed as (

    select
        *,
        list_filter(parts[:-2], lambda part: {{ is_street('part') }}) as streets,
        list_filter(parts[2:-2], lambda part: not {{ is_street('part') }}) as localities
    from split

),

mapped as (

    select
        addressed.*,
        false as is_part,
        coalesce(
            nullif(component_addresses.street_address, ''),
            streets[1],
            case when len(parts) > 1 then parts[1] end
        ) as street_address,
        coalesce(component_addresses.locality, localities[-1]) as locality,
        coalesce(component_addresses.city, parts[-1]) as city,
        'GB' as country,
        {{ plausible_point('latitude_sent', 'longitude_sent') }},
        json_object(
            'google_places', source_record_id,
            'google_cid', nullif(regexp_extract(json_extract_string(payload, '$.googleMapsUri'), 'cid=([0-9]+)', 1), '')
        )::varchar as external_ids,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere('latitude_sent', 'longitude_sent', 'postcode') }} then 'outside_area'
        end as loss_reason
    from addressed
    left join component_addresses
        on
            addressed.record_key = component_addresses.record_key
            and addressed.version_no = component_addresses.version_no

)

select
    {{ place_columns([
        'entity_name', 'raw_categories', 'is_part', 'street_address', 'locality', 'city', 'postcode', 'country',
        'latitude', 'longitude', 'location_flag', 'phone', 'website_url', 'opening_hours', 'rating', 'rating_count',
        'external_ids', 'business_status'
    ]) }}
from mapped
