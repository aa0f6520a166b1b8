-- One row per version of a web page that a search result led to, and of the place that the page describes to machines.
with landed as (

    {{ landed_versions('pages') }}

),

fields as (

    {{ best_claims_of_texts('pages') }}

),

texts as (

    -- The text of the page that describes the place: it says whether the page is about one place, and where.
    select
        landed.record_key || '#place' as record_key,
        arg_max(fields.aboutness, landed.version_no) as aboutness,
        arg_max(fields.entity_name, landed.version_no) as entity_name,
        arg_max(fields.postcode, landed.version_no) as postcode,
        arg_max(fields.website_url, landed.version_no) as website_url
    from landed
    inner join fields
        on landed.source_record_id = fields.source_record_id and landed.payload_hash = fields.payload_hash
    group by landed.record_key

),

mapped as (

    select
        landed.*,
        -- Of OpenGraph, the name of the site is the last choice: it may be that of a chain.
        coalesce(
            fields.entity_name, {{ json_text('landed.payload', '$.place.name') }}, texts.entity_name,
            {{ json_text('landed.payload', '$.place."og:site_name"') }}
        ) as entity_name,
        list_sort(list_distinct(list_filter(
            list_concat(
                [{{ json_text('landed.payload', '$.place."@type"') }}],
                {{ json_texts('landed.payload', '$.place."@type"') }}
            ),
            lambda category: not starts_with(category, '[')
        ))) as raw_categories,
        {%- for field in ['street_address', 'locality', 'city', 'postcode', 'phone', 'email', 'opening_hours'] %}
        coalesce(fields.{{ field }}, landed.read.{{ field }}) as {{ field }},
        {%- endfor %}
        landed.read.country,
        coalesce(fields.website_url, texts.website_url) as website_url,
        {%- for field in ['instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url'] %}
        coalesce(fields.{{ field }}, landed.read.{{ field }}) as {{ field }},
        {%- endfor %}
        {%- for field in ['wifi', 'parking_available', 'disabled_access', 'summary'] %}
        fields.{{ field }},
        {%- endfor %}
        coalesce(
            {{ json_text('landed.payload', '$.place.description') }}, {{ json_text('landed.payload', '$.description') }}
        ) as description,
        {{ json_number('landed.payload', '$.place.aggregateRating.ratingValue') }} as stated_rating,
        coalesce(
            {{ json_integer('landed.payload', '$.place.aggregateRating.ratingCount') }},
            {{ json_integer('landed.payload', '$.place.aggregateRating.reviewCount') }}
        ) as stated_rating_count,
        list_reduce( -- noqa: PRS
            fields.attribute_objects, lambda merged, object: json_merge_patch(merged::json, object::json)::varchar
        ) as discovered_attributes,
        false as is_sub_venue,
        json_exists(landed.payload, '$.place') as is_place,
        coalesce(fields.aboutness, texts.aboutness) as aboutness,
        texts.postcode as postcode_of_text
    from landed
    left join fields
        on landed.source_record_id = fields.source_record_id and landed.payload_hash = fields.payload_hash
    left join texts
        on landed.record_key = texts.record_key

),

classified as (

    select
        *,
        {{ plausible_point() }},
        if(stated_rating between 0 and {{ var('most_stars') }}, stated_rating, null) as rating,
        if(stated_rating between 0 and {{ var('most_stars') }}, stated_rating_count, null) as rating_count,
        case
            when {{ is_elsewhere() }} then 'outside_area'
            when aboutness is null then 'not_extracted'
            when aboutness in ('list_page', 'unrelated') then aboutness
            when entity_name is null then 'no_name'
            -- The data of a head office on the page of a branch.
            when is_place and replace(postcode, ' ', '') != replace(postcode_of_text, ' ', '') then 'unrelated'
        end as loss_reason
    from mapped

),

staged as (

    select
        {{ place_columns([
            'entity_name', 'raw_categories', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude',
            'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url',
            'linkedin_url', 'opening_hours', 'wifi', 'parking_available', 'disabled_access', 'rating', 'rating_count',
            'summary', 'description', 'discovered_attributes', 'is_sub_venue'
        ]) }}
    from classified

)

select * from staged
