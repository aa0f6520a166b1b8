-- One row per version of a search result: the place that extraction read from its text, or that a Google box gives.
with landed as (

    {{ landed_versions('serper') }}

),

boxes as (

    select * from {{ ref('stg_serper__boxes') }}

),

fields as (

    {{ best_claims_of_texts('serper') }}

),

starred as (

    -- Web results that repeat the stars of their page.
    select
        record_key,
        version_no,
        {{ json_number('payload', '$.rating') }} as rating,
        {{ json_integer('payload', '$.ratingCount') }} as rating_count
    from landed
    where {{ json_number('payload', '$.rating') }} between 0 and {{ var('most_stars') }}

),

mapped as (

    select
        landed.*,
        coalesce(fields.entity_name, boxes.box_name) as entity_name,
        boxes.raw_categories,
        {%- for part in ['street_address', 'locality', 'city', 'postcode'] %}
        coalesce(fields.{{ part }}, case when boxes.is_addressed then landed.read.{{ part }} end) as {{ part }},
        {%- endfor %}
        landed.read.country,
        {%- for field in [
            'phone', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours'
        ] %}
        coalesce(fields.{{ field }}, case when boxes.is_place then landed.read.{{ field }} end) as {{ field }},
        {%- endfor %}
        fields.email,
        fields.wifi,
        fields.parking_available,
        fields.disabled_access,
        coalesce(boxes.rating, starred.rating) as rating,
        coalesce(boxes.rating_count, starred.rating_count) as rating_count,
        fields.summary,
        boxes.description,
        list_reduce( -- noqa: PRS
            fields.attribute_objects, lambda merged, object: json_merge_patch(merged::json, object::json)::varchar
        ) as text_attributes,
        boxes.discovered_attributes as box_attributes,
        boxes.external_ids,
        boxes.operating_status,
        'hours: ' || boxes.stated_hours as operating_status_evidence,
        false as is_sub_venue,
        fields.aboutness,
        boxes.is_place,
        boxes.record_key is not null as is_structured,
        fields.source_record_id is not null as is_extracted
    from landed
    left join fields
        on landed.source_record_id = fields.source_record_id and landed.payload_hash = fields.payload_hash
    left join boxes
        on landed.record_key = boxes.record_key and landed.version_no = boxes.version_no
    left join starred
        on
            landed.record_key = starred.record_key and landed.version_no = starred.version_no
            and boxes.record_key is null

),

classified as (

    select
        *,
        coalesce(text_attributes, box_attributes) as discovered_attributes,
        {{ plausible_point() }},
        case
            when is_structured and not coalesce(is_place, false) then 'unrelated'
            when is_structured and entity_name is null then 'no_name'
            when {{ is_elsewhere() }} then 'outside_area'
            when is_structured then null
            when not is_extracted or aboutness is null then 'not_extracted'
            when aboutness in ('list_page', 'unrelated') then aboutness
            when entity_name is null then 'no_name'
        end as loss_reason
    from mapped

),

staged as (

    select
        {{ place_columns([
            'entity_name', 'raw_categories', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude',
            'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url',
            'linkedin_url', 'opening_hours', 'wifi', 'parking_available', 'disabled_access', 'rating', 'rating_count',
            'summary', 'description', 'discovered_attributes', 'external_ids', 'is_sub_venue', 'operating_status',
            'operating_status_evidence'
        ]) }}
    from classified

)

select * from staged
