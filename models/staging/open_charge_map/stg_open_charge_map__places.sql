-- One row per version of a charging location. The operator's phone and website are not those of the place.
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
        coalesce(
            {{ json_number('payload', '$.StatusType.ID') }}, {{ json_number('payload', '$.StatusTypeID') }}
        ) as status_id,
        {{ json_text('payload', '$.StatusType.Title') }} as status_title,
        {{ json_boolean('payload', '$.StatusType.IsOperational') }} as is_operational,
        -- Numbers from 1000 are delisted.
        coalesce(
            not {{ json_boolean('payload', '$.SubmissionStatus.IsLive') }},
            {{ json_number('payload', '$.SubmissionStatusTypeID') }} >= 1000
        ) as is_delisted,
        concat_ws(
            ' ', {{ json_text('payload', '$.DataProvider.License') }},
            '(' || {{ json_text('payload', '$.DataProvider.Title') }} || ')'
        ) as provider_licence,
        {{ json_boolean('payload', '$.DataProvider.IsOpenDataLicensed') }} as may_republish,
        json_object(
            'charging_points', {{ json_integer('payload', '$.NumberOfPoints') }},
            'max_power_kw', list_max(list_transform(
                json_extract_string(payload, '$.Connections[*].PowerKW'),
                lambda power: try_cast(power as double)
            )),
            'connectors', nullif(array_to_string(list_sort(list_distinct(
                json_extract_string(payload, '$.Connections[*].ConnectionType.Title')
            )), ', '), ''),
            'operator', {{ json_text('payload', '$.OperatorInfo.Title') }},
            'usage', {{ json_text('payload', '$.UsageType.Title') }},
            'usage_cost', {{ json_text('payload', '$.UsageCost') }}
        ) as attributes,
        try_cast({{ json_text('payload', '$.DateLastStatusUpdate') }} as timestamp) as source_updated_at
    from landed

),

mapped as (

    select
        *,
        false as is_sub_venue,
        {{ plausible_point() }},
        ['charging_station'] as raw_categories,
        nullif(json_merge_patch('{}', attributes)::varchar, '{}') as discovered_attributes,
        json_object('open_charge_map', source_record_id)::varchar as external_ids,
        -- Numbers of Open Charge Map's reference data. For an unknown number, the flag decides.
        case
            when status_id in (10, 20, 50, 75) then 'operational'
            when status_id in (30, 100) then 'closed_temporarily'
            when status_id = 150 then 'planned'
            when status_id = 200 then 'closed_permanently'
            when status_id > 0 and is_operational then 'operational'
            when status_id > 0 and not is_operational then 'closed_temporarily'
        end as operating_status,
        'StatusType '
        || nullif(concat_ws(' ', try_cast(status_id as integer), status_title), '') as operating_status_evidence,
        nullif(provider_licence, '') as licence,
        case
            when is_delisted then 'delisted'
            when status_id = 210 then 'duplicate_listing'
            when entity_name is null then 'no_name'
            when {{ is_elsewhere() }} then 'outside_area'
        end as loss_reason
    from parsed

),

places as (

    select
        {{ place_columns([
            'source_updated_at', 'entity_name', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city',
            'postcode', 'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url',
            'facebook_url', 'instagram_url', 'twitter_url', 'linkedin_url', 'discovered_attributes', 'external_ids',
            'licence', 'may_republish', 'operating_status', 'operating_status_evidence'
        ]) }}
    from mapped

)

select * from places
