-- One row per version of a feature of the council's layers. Field names differ by layer and case.
with connector_calls as (

    select * from {{ source('raw', 'connector_calls') }}

),

landed as (

    {{ landed_versions('edinburgh_council') }}

),

calls as (

    select
        request_id,
        regexp_extract(url, '([^/]+/[^/]+/(?:FeatureServer|MapServer)/[0-9]+)/query', 1) as layer
    from connector_calls
    where source = 'edinburgh_council'

),

fields as (

    -- `properties` in GeoJSON, `attributes` in ArcGIS's own JSON; names folded to upper case.
    select
        landed.*,
        calls.layer,
        {{ json_fields("coalesce(json_extract(payload, '$.properties'), json_extract(payload, '$.attributes'))") }}
            as field
    from landed
    left join calls
        on landed.request_id = calls.request_id

),

parsed as (

    select
        *,
        read.entity_name,
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
        coalesce(field['STATUS'], field['SITE_STATUS'], field['OPERATIONAL_STATUS']) as site_status
    from fields

),

mapped as (

    select
        *,
        false as is_sub_venue,
        {{ plausible_point() }},
        list_filter([layer, field['CLASSIFICATION']], lambda category: category is not null) as raw_categories,
        json_object('edinburgh_council', source_record_id)::varchar as external_ids,
        {{ plain_status('site_status') }} as operating_status,
        'status=' || site_status as operating_status_evidence,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere() }} then 'outside_area'
        end as loss_reason
    from parsed

),

places as (

    select
        {{ place_columns([
            'entity_name', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city', 'postcode', 'country',
            'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url', 'facebook_url', 'instagram_url',
            'twitter_url', 'linkedin_url', 'external_ids', 'operating_status', 'operating_status_evidence'
        ]) }}
    from mapped

)

select * from places
