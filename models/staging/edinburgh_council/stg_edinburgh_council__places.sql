-- One row per feature of the council's layers and version. Field names differ by layer and case.
with landed as (

    {{ landed_versions('edinburgh_council') }}

),

calls as (

    select
        request_id,
        regexp_extract(url, '([^/]+/[^/]+/(?:FeatureServer|MapServer)/[0-9]+)/query', 1) as layer
    from {{ source('raw', 'connector_calls') }}
    where source = 'edinburgh_council'

),

fields as (

    -- `properties` in GeoJSON, `attributes` in ArcGIS's own JSON; names folded to upper case.
    select
        landed.*,
        calls.layer,
        map_from_entries(list_transform(
            json_keys(coalesce(json_extract(payload, '$.properties'), json_extract(payload, '$.attributes'), '{}')),
            lambda name: {
                'k': upper(name),
                'v': coalesce(
                    json_extract_string(payload, '$.properties."' || name || '"'),
                    json_extract_string(payload, '$.attributes."' || name || '"')
                )
            }
        )) as field,
        coalesce(
            try_cast(json_extract(payload, '$.geometry.coordinates[0]') as json[]),
            try_cast(json_extract(payload, '$.geometry.rings[0]') as json[])
        ) as ring
    from landed
    left join calls
        on landed.request_id = calls.request_id

),

located as (

    -- A polygon stands at the middle of its outer ring's box.
    select
        *,
        list_transform(ring, lambda point: {{ json_number('point', '$[0]') }}) as xs,
        list_transform(ring, lambda point: {{ json_number('point', '$[1]') }}) as ys
    from fields

),

parsed as (

    select
        *,
        coalesce(
            {{ json_number('payload', '$.geometry.coordinates[1]') }}, {{ json_number('payload', '$.geometry.y') }},
            (list_min(ys) + list_max(ys)) / 2
        ) as latitude_sent,
        coalesce(
            {{ json_number('payload', '$.geometry.coordinates[0]') }}, {{ json_number('payload', '$.geometry.x') }},
            (list_min(xs) + list_max(xs)) / 2
        ) as longitude_sent,
        {{ blank_to_null(
            "coalesce(field['NAME'], field['SITE_NAME'], field['TITLE'], field['LIBRARY'], field['CENTRE'])"
        ) }} as entity_name,
        {{ blank_to_null("coalesce(field['ADDRESS'], field['ADDRESS1'], field['STREET'])") }} as address,
        {{ uk_postcode_in("coalesce(field['POSTCODE'], field['POST_CODE'], field['ADDRESS'])") }} as postcode,
        read.phone,
        {{ blank_to_null("field['EMAIL']") }} as email,
        {{ blank_to_null("coalesce(field['WEBSITE'], field['URL'], field['LINK'])") }} as website_url
    from located

),

mapped as (

    select
        *,
        false as is_part,
        nullif(trim(regexp_replace(address, ',? *Edinburgh.*$', '')), '') as street_address,
        'Edinburgh' as city,
        'GB' as country,
        {{ plausible_point('latitude_sent', 'longitude_sent') }},
        list_filter([layer, field['CLASSIFICATION']], lambda category: category is not null) as raw_categories,
        json_object('edinburgh_council', source_record_id)::varchar as external_ids,
        case
            when entity_name is null then 'no_name'
            when {{ is_elsewhere('latitude_sent', 'longitude_sent', 'postcode') }} then 'outside_area'
        end as loss_reason
    from parsed

)

select
    {{ place_columns([
        'entity_name', 'raw_categories', 'is_part', 'street_address', 'city', 'postcode', 'country', 'latitude',
        'longitude', 'location_flag', 'phone', 'email', 'website_url', 'external_ids'
    ]) }}
from mapped
