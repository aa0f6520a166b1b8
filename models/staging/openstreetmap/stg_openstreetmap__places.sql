-- One row per OpenStreetMap element and version; courts and pitches inside something are parts.
with landed as (

    {{ landed_versions('openstreetmap') }}

),

tagged as (

    select
        *,
        json_extract(payload, '$.tags') as tags
    from landed

),

parsed as (

    select
        *,
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
        read.opening_hours,
        coalesce({{ json_text('tags', '$.name') }}, {{ json_text('tags', '$.official_name') }}) as name_tag,
        coalesce({{ json_text('tags', '$.operator') }}, {{ json_text('tags', '$.network') }}) as operator,
        {{ json_text('tags', '$.leisure') }} as leisure,
        {{ json_text('tags', '$.amenity') }} as amenity,
        string_split(
            coalesce({{ json_text('tags', '$.sport') }}, {{ json_text('tags', '$."disused:sport"') }}, ''), ';'
        ) as sports,
        {{ json_text('tags', '$.wheelchair') }} as wheelchair,
        {{ json_text('tags', '$.internet_access') }} as internet_access,
        {{ json_text('tags', '$.description') }} as description
    from tagged

),

named as (

    select
        *,
        leisure in ('pitch', 'track')
        and (
            name_tag is null
            or regexp_matches(lower(name_tag), '^(pitch|court|green|field|track|table)?s? ?(no\.? ?)?[0-9a-d]{0,2}$')
        ) as is_part_or_null
    from parsed

),

mapped as (

    select
        *,
        coalesce(is_part_or_null, false) as is_part,
        coalesce(
            name_tag,
            case when amenity = 'charging_station' then operator end
        ) as entity_name,
        list_filter([
            {{ json_text('tags', '$.alt_name') }}, {{ json_text('tags', '$.short_name') }},
            {{ json_text('tags', '$.brand') }}
        ], lambda name: name is not null) as alternate_names,
        list_filter(
            list_concat(
                [
                    'amenity=' || amenity, 'leisure=' || leisure,
                    'leisure=' || {{ json_text('tags', '$."disused:leisure"') }},
                    'club=' || {{ json_text('tags', '$.club') }}, 'shop=' || {{ json_text('tags', '$.shop') }},
                    'tourism=' || {{ json_text('tags', '$.tourism') }}
                ],
                list_transform(sports, lambda sport: 'sport=' || trim(sport))
            ), lambda category: category is not null and category != 'sport='
        ) as raw_categories,
        {{ plausible_point() }},
        case wheelchair when 'yes' then true when 'no' then false end as disabled_access,
        case internet_access when 'wlan' then true when 'yes' then true when 'no' then false end as wifi,
        nullif(json_merge_patch('{}', json_object(
            'surface', {{ json_text('tags', '$.surface') }}, 'lit', {{ json_text('tags', '$.lit') }},
            'capacity', {{ json_text('tags', '$.capacity') }}, 'operator', operator
        ))::varchar, '{}') as discovered_attributes,
        json_merge_patch(json_object('openstreetmap', source_record_id), json_object(
            'wikidata', {{ json_text('tags', '$.wikidata') }}, 'uprn', {{ json_text('tags', '$."ref:GB:uprn"') }}
        ))::varchar as external_ids,
        case
            when contains(tags::varchar, '"disused:') then 'closed_permanently'
        end as business_status
    from named

),

judged as (

    select
        *,
        case
            when tags is null or tags::varchar = '{}' then 'no_tags'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
            when entity_name is null and not is_part then 'no_name'
        end as loss_reason
    from mapped

)

select
    {{ place_columns([
        'entity_name', 'alternate_names', 'raw_categories', 'is_part', 'street_address', 'locality', 'city', 'postcode',
        'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url',
        'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi', 'disabled_access', 'description',
        'discovered_attributes', 'external_ids', 'business_status'
    ]) }}
from judged
