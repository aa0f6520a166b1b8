-- One row per OpenStreetMap element and version; courts and pitches inside something are parts.
with landed as (

    {{ landed_versions('openstreetmap') }}

),

tagged as (

    select
        *,
        json_extract(payload, '$.tags') as tags,
        coalesce({{ json_number('payload', '$.lat') }}, {{ json_number('payload', '$.center.lat') }}) as latitude_sent,
        coalesce({{ json_number('payload', '$.lon') }}, {{ json_number('payload', '$.center.lon') }}) as longitude_sent
    from landed

),

hours as (

    select
        record_key,
        version_no,
        {{ json_text('tags', '$.opening_hours') }} as hours_text
    from tagged

),

hour_rule_lists as (

    -- The common part of the grammar: "Mo-Fr 08:00-22:00; Sa,Su 09:00-18:00", "24/7". Holidays are left aside.
    select
        record_key,
        version_no,
        list_filter(
            list_transform(
                string_split(replace(hours_text, '24/7', 'Mo-Su 00:00-24:00'), ';'), lambda rule: trim(rule)
            ),
            lambda rule: rule != '' and not starts_with(rule, 'PH')
        ) as rules
    from hours
    where
        regexp_matches(
            hours_text,
            '^(24/7|((Mo|Tu|We|Th|Fr|Sa|Su)([-,](Mo|Tu|We|Th|Fr|Sa|Su))* \d\d:\d\d-\d\d:\d\d|PH \w+)(; ?|$))+$'
        )

),

hour_rules as (

    select
        record_key,
        version_no,
        unnest(rules) as rule,
        generate_subscripts(rules, 1) as rule_number
    from hour_rule_lists

),

hour_spans as (

    select
        record_key,
        version_no,
        rule,
        rule_number,
        unnest(string_split(regexp_extract(rule, '^(\S+) ', 1), ',')) as span
    from hour_rules

),

opened as (

    -- In this grammar a later rule for a day replaces an earlier one.
    select
        hour_spans.record_key,
        hour_spans.version_no,
        week.day_number,
        max_by(regexp_extract(hour_spans.rule, '(\d\d:\d\d)-', 1), hour_spans.rule_number) as opens,
        max_by(regexp_extract(hour_spans.rule, '-(\d\d:\d\d)$', 1), hour_spans.rule_number) as closes
    from hour_spans
    inner join (select unnest(range(7)) as day_number) as week
        on
            week.day_number between list_position(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], hour_spans.span[1:2]) - 1
            and list_position(['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], hour_spans.span[-2:]) - 1
    group by hour_spans.record_key, hour_spans.version_no, week.day_number

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
        tagged.*,
        weeks.opening_hours,
        coalesce({{ json_text('tags', '$.name') }}, {{ json_text('tags', '$.official_name') }}) as name_tag,
        coalesce({{ json_text('tags', '$.operator') }}, {{ json_text('tags', '$.network') }}) as operator,
        {{ json_text('tags', '$.leisure') }} as leisure,
        {{ json_text('tags', '$.amenity') }} as amenity,
        string_split(
            coalesce({{ json_text('tags', '$.sport') }}, {{ json_text('tags', '$."disused:sport"') }}, ''), ';'
        ) as sports,
        {{ json_text('tags', '$."addr:housenumber"') }} as house_number,
        {{ json_text('tags', '$."addr:street"') }} as street,
        {{ json_text('tags', '$."addr:city"') }} as city,
        {{ json_text('tags', '$."addr:suburb"') }} as locality,
        {{ uk_postcode_in(json_text('tags', '$."addr:postcode"')) }} as postcode,
        coalesce({{ json_text('tags', '$.phone') }}, {{ json_text('tags', '$."contact:phone"') }}) as phones,
        coalesce({{ json_text('tags', '$.email') }}, {{ json_text('tags', '$."contact:email"') }}) as email,
        coalesce(
            {{ json_text('tags', '$.website') }}, {{ json_text('tags', '$."contact:website"') }},
            {{ json_text('tags', '$.url') }}
        ) as website,
        {{ json_text('tags', '$."contact:instagram"') }} as instagram_url,
        {{ json_text('tags', '$."contact:facebook"') }} as facebook_url,
        {{ json_text('tags', '$."contact:twitter"') }} as twitter_url,
        {{ json_text('tags', '$.wheelchair') }} as wheelchair,
        {{ json_text('tags', '$.internet_access') }} as internet_access,
        {{ json_text('tags', '$.description') }} as description
    from tagged
    left join weeks
        on tagged.record_key = weeks.record_key and tagged.version_no = weeks.version_no

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
                    'club=' || {{ json_text('tags', '$.club') }}, 'shop=' || {{ json_text('tags', '$.shop') }}
                ],
                list_transform(sports, lambda sport: 'sport=' || trim(sport))
            ), lambda category: category is not null and category != 'sport='
        ) as raw_categories,
        trim(concat_ws(' ', house_number, street)) as address,
        'GB' as country,
        {{ plausible_point('latitude_sent', 'longitude_sent') }},
        {{ to_e164("string_split(phones, ';')[1]") }} as phone,
        string_split(website, ';')[1] as website_url,
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
        * replace (nullif(address, '') as address),
        nullif(address, '') as street_address,
        case
            when tags is null or tags::varchar = '{}' then 'no_tags'
            when {{ is_elsewhere('latitude_sent', 'longitude_sent', 'postcode') }} then 'outside_area'
            when entity_name is null and not is_part then 'no_name'
        end as loss_reason
    from mapped

)

select
    {{ place_columns([
        'entity_name', 'alternate_names', 'raw_categories', 'is_part', 'street_address', 'locality', 'city', 'postcode',
        'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url',
        'facebook_url', 'twitter_url', 'opening_hours', 'wifi', 'disabled_access', 'description',
        'discovered_attributes', 'external_ids', 'business_status'
    ]) }}
from judged
