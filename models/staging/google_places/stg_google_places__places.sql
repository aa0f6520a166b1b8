-- One row per Google place and version.
with landed as (

    {{ landed_versions('google_places') }}

),

parsed as (

    select
        landed.*,
        landed.read.opening_hours,
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
        case {{ json_text('landed.payload', '$.businessStatus') }}
            when 'OPERATIONAL' then 'operational'
            when 'CLOSED_TEMPORARILY' then 'closed_temporarily'
            when 'CLOSED_PERMANENTLY' then 'closed_permanently'
            when 'FUTURE_OPENING' then 'planned'
        end as operating_status,
        'businessStatus=' || {{ json_text('landed.payload', '$.businessStatus') }} as operating_status_evidence
    from landed

),

mapped as (

    select
        *,
        false as is_sub_venue,
        {{ plausible_point() }},
        json_object(
            'google_places', source_record_id,
            'google_cid', nullif(regexp_extract(json_extract_string(payload, '$.googleMapsUri'), 'cid=([0-9]+)', 1), '')
        )::varchar as external_ids,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere() }} then 'outside_area'
        end as loss_reason
    from parsed

),

staged as (

    select
        {{ place_columns([
            'entity_name', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city', 'postcode', 'country',
            'latitude', 'longitude', 'location_flag', 'phone', 'website_url', 'facebook_url', 'instagram_url', 'twitter_url',
            'linkedin_url', 'opening_hours', 'rating', 'rating_count', 'external_ids', 'operating_status',
            'operating_status_evidence'
        ]) }}
    from mapped

)

select * from staged
