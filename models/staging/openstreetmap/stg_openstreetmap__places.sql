-- One row per version of an OpenStreetMap element. Courts and pitches inside a venue are sub-venues.
with landed as (

    select
        *,
        json_extract(payload, '$.tags') as tags
    from ({{ landed_versions('openstreetmap') }})

),

names as (

    select * from {{ ref('stg_openstreetmap__names') }}

),

lifecycle as (

    select * from {{ ref('stg_openstreetmap__lifecycle') }}

),

kind_tags as (

    select * from {{ ref('stg_openstreetmap__kind_tags') }}

),

parsed as (

    select
        landed.*,
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
        -- Of several names in one tag, the first counts.
        coalesce(
            {{ first_name(json_text('tags', '$.name')) }}, {{ first_name(json_text('tags', '$."name:en"')) }},
            {{ first_name(json_text('tags', '$.official_name')) }}, {{ first_name(json_text('tags', '$."was:name"')) }},
            {{ first_name(json_text('tags', '$."disused:name"')) }}
        ) as name_tag,
        coalesce({{ json_text('tags', '$.operator') }}, {{ json_text('tags', '$.network') }}) as operator,
        {{ json_text('tags', '$.leisure') }} as leisure,
        {{ json_text('tags', '$.amenity') }} as amenity,
        names.names,
        lifecycle.gone_features,
        kind_tags.kind_tags,
        coalesce(lifecycle.operating_status, read.operating_status) as operating_status,
        coalesce(
            lifecycle.operating_status_evidence,
            case
                when read.operating_status is not null
                    then 'opening_hours=' || {{ json_text('tags', '$.opening_hours') }}
            end
        ) as operating_status_evidence,
        {{ json_text('tags', '$.wheelchair') }} as wheelchair,
        {{ json_text('tags', '$.internet_access') }} as internet_access,
        {{ json_text('tags', '$.description') }} as description
    from landed
    left join names
        on landed.record_key = names.record_key and landed.version_no = names.version_no
    left join lifecycle
        on landed.record_key = lifecycle.record_key and landed.version_no = lifecycle.version_no
    left join kind_tags
        on landed.record_key = kind_tags.record_key and landed.version_no = kind_tags.version_no

),

mapped as (

    select
        *,
        coalesce(
            leisure in ('pitch', 'track') and (name_tag is null or {{ is_sub_venue_name('name_tag') }}), false
        ) as is_sub_venue,
        coalesce(
            name_tag,
            {{ first_name(json_text('tags', '$.brand')) }},
            case when amenity = 'charging_station' then operator end
        ) as entity_name,
        list_sort(list_distinct(list_filter(
            list_concat(
                [
                    'amenity=' || amenity, 'leisure=' || leisure,
                    'club=' || {{ json_text('tags', '$.club') }}, 'shop=' || {{ json_text('tags', '$.shop') }},
                    'tourism=' || {{ json_text('tags', '$.tourism') }}
                ],
                list_transform(
                    string_split({{ json_text('tags', '$.sport') }}, ';'), lambda sport: 'sport=' || trim(sport)
                ),
                kind_tags,
                gone_features
            ), lambda category: category is not null and category != 'sport='
        ))) as raw_categories,
        {{ plausible_point() }},
        case wheelchair when 'yes' then true when 'designated' then true when 'no' then false end as disabled_access,
        case
            when list_has_any(string_split_regex(lower(internet_access), ' *; *'), ['wlan', 'yes', 'wifi']) then true
            when lower(internet_access) = 'no' then false
        end as wifi,
        nullif(json_merge_patch('{}', json_object(
            'surface', {{ json_text('tags', '$.surface') }}, 'lit', {{ json_text('tags', '$.lit') }},
            'capacity', {{ json_text('tags', '$.capacity') }}, 'operator', operator
        ))::varchar, '{}') as discovered_attributes,
        json_merge_patch(json_object('openstreetmap', source_record_id), json_object(
            'wikidata', {{ json_text('tags', '$.wikidata') }}, 'uprn', {{ json_text('tags', '$."ref:GB:uprn"') }}
        ))::varchar as external_ids
    from parsed

),

classified as (

    select
        *,
        list_filter(names, lambda name: name is distinct from entity_name) as alternate_names,
        string_split_regex(
            coalesce({{ json_text('tags', '$.level') }}, {{ json_text('tags', '$."addr:floor"') }}), ' *; *'
        ) as floors,
        case
            when tags is null or tags::varchar = '{}' then 'no_tags'
            when {{ is_elsewhere() }} then 'outside_area'
            when entity_name is null and not is_sub_venue then 'no_name'
        end as loss_reason
    from mapped

),

staged as (

    select
        {{ place_columns([
            'entity_name', 'alternate_names', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city', 'postcode',
            'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url',
            'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi', 'disabled_access', 'description',
            'discovered_attributes', 'external_ids', 'floors', 'operating_status', 'operating_status_evidence'
        ]) }}
    from classified

)

select * from staged
