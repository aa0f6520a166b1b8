-- One row per charging location and version. The operator's phone and website are not the place's.
with landed as (

    {{ landed_versions('open_charge_map') }}

),

parsed as (

    select
        *,
        {{ json_text('payload', '$.AddressInfo.Title') }} as entity_name,
        read.street_address,
        read.locality,
        read.city,
        read.postcode,
        read.country,
        read.phone,
        read.email,
        read.website_url,
        read.facebook_url,
        read.instagram_url,
        read.twitter_url,
        read.linkedin_url,
        {{ json_number('payload', '$.StatusType.ID') }} as status_id,
        json_object(
            'charging_points', {{ json_integer('payload', '$.NumberOfPoints') }},
            'max_power_kw', list_max(list_transform(
                json_extract_string(payload, '$.Connections[*].PowerKW'),
                lambda power: try_cast(power as double)
            )),
            'operator', {{ json_text('payload', '$.OperatorInfo.Title') }},
            'usage_cost', {{ json_text('payload', '$.UsageCost') }}
        ) as attributes,
        try_cast({{ json_text('payload', '$.DateLastStatusUpdate') }} as timestamp) as source_updated_at
    from landed

),

mapped as (

    select
        *,
        false as is_part,
        {{ plausible_point() }},
        ['charging_station'] as raw_categories,
        nullif(json_merge_patch('{}', attributes)::varchar, '{}') as discovered_attributes,
        json_object('open_charge_map', source_record_id)::varchar as external_ids,
        case
            when status_id = 50 then 'operational'
            when status_id in (100, 200) then 'closed_permanently'
        end as business_status,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
        end as loss_reason
    from parsed

)

select
    {{ place_columns([
        'source_updated_at', 'entity_name', 'raw_categories', 'is_part', 'street_address', 'locality', 'city',
        'postcode', 'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url',
        'facebook_url', 'instagram_url', 'twitter_url', 'linkedin_url', 'discovered_attributes', 'external_ids',
        'business_status'
    ]) }}
from mapped
