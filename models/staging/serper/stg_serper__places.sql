-- One row per search result and version, as the place that extraction read out of it, or that Google told in a box.
with landed as (

    {{ landed_versions('serper') }}

),

known_categories as (

    select list(distinct raw_category) as categories
    from {{ ref('category_map') }}
    where source_name = 'serper'

),

boxes as (

    -- A place on the map, a knowledge graph, an answer: "Rowan Hall / Address". Their keys say which they are.
    select
        record_key,
        version_no,
        split_part(source_record_id, ':', 1) as box,
        split_part(source_record_id, ':', 1) = 'answer' as is_answer,
        {{ json_text('payload', '$.title') }} as title,
        {{ json_text('payload', '$.cid') }} as cid,
        {{ json_text('payload', '$.placeId') }} as place_id,
        {{ json_text('payload', '$.kgmid') }} as kgmid,
        list_sort(list_distinct(list_filter(
            list_concat(
                [{{ json_text('payload', '$.category') }}],
                {{ json_texts('payload', '$.types') }},
                -- "Tennis club in Leith, Scotland"
                [regexp_replace({{ json_text('payload', '$.type') }}, ' in [A-Z].*$', '')]
            ),
            lambda category: category is not null
        ))) as raw_categories,
        regexp_extract({{ json_text('payload', '$.title') }}, ' / ([^/]+)$', 1) as answered,
        coalesce(
            {{ json_text('payload', '$.address') }}, {{ json_text('payload', '$.attributes.Address') }}
        ) as address,
        coalesce(
            {{ json_text('payload', '$.attributes.Hours') }},
            {{ json_text('payload', '$.openingHours') }}
        ) as hours_told,
        {{ json_text('payload', '$.description') }} as description,
        {{ json_number('payload', '$.rating') }} as rating,
        try_cast({{ json_text('payload', '$.ratingCount') }} as bigint) as rating_count,
        try_cast(json_extract(payload, '$.attributes') as map (varchar, varchar)) as labels
    from landed
    where regexp_matches(source_record_id, '^(cid|place|kg|answer):')

),

labelled as (

    -- What a knowledge graph tells beside its address, number and hours: {"opened": "1962"}.
    select
        record_key,
        version_no,
        list_reduce( -- noqa: PRS
            list_transform(
                list_filter(
                    map_entries(labels),
                    lambda entry:
                        lower(entry.key) not in ('address', 'phone', 'hours')
                        and regexp_matches(lower(entry.key), '[a-z0-9]')
                        and entry.value is not null
                ),
                lambda entry: json_object(
                    trim(regexp_replace(lower(entry.key), '[^a-z0-9]+', '_', 'g'), '_'), trim(entry.value, '"')
                )::varchar
            ),
            lambda merged, object: json_merge_patch(merged::json, object::json)::varchar,
            '{}' -- of nothing, without which DuckDB reduces no empty list
        ) as discovered_attributes
    from boxes
    where len(map_keys(labels)) > 0

),

structured as (

    -- A box is of a place if it says where that is, how to call it or that it is of a kind that we know: a company's
    -- knowledge graph does none of these.
    select
        boxes.*,
        nullif(labelled.discovered_attributes, '{}') as discovered_attributes,
        case when is_answer then regexp_replace(title, ' / [^/]+$', '') else title end as box_name,
        not is_answer or answered = 'Address' as is_addressed,
        nullif(
            json_merge_patch(
                '{}', json_object('google_cid', cid, 'google_places', place_id, 'google_kg', kgmid)
            )::varchar,
            '{}'
        ) as external_ids,
        case
            when regexp_matches(hours_told, '(?i)permanently closed') then 'closed_permanently'
            when regexp_matches(hours_told, '(?i)temporarily closed') then 'closed_temporarily'
        end as operating_status,
        box in ('cid', 'place')
        or address is not null
        or list_has_any(raw_categories, coalesce(known_categories.categories, []))
        or (is_answer and answered in ('Address', 'Phone', 'Hours', 'Website'))
        or map_contains(labels, 'Phone') as is_place
    from boxes
    cross join known_categories
    left join labelled
        on boxes.record_key = labelled.record_key and boxes.version_no = labelled.version_no

),

fields as (

    -- The best accepted claim of each field; one row for a text that was read, whatever was found in it.
    select
        source_record_id,
        payload_hash,
        max(aboutness) as aboutness,
        {%- for field in [
            'entity_name', 'street_address', 'locality', 'city', 'postcode', 'phone', 'email', 'website_url',
            'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi',
            'parking_available', 'disabled_access', 'summary'
        ] %}
        max(value) filter (where field_name = '{{ field }}' and claim_rank = 1) as {{ field }},
        {%- endfor %}
        list(value order by value) filter (
            where field_name = 'discovered_attributes' and claim_rank is not null
        ) as attribute_objects
    from {{ ref('stg_extract__claims') }}
    where source_name = 'serper'
    group by source_record_id, payload_hash

),

mapped as (

    select
        landed.*,
        coalesce(fields.entity_name, structured.box_name) as entity_name,
        structured.raw_categories,
        {%- for part in ['street_address', 'locality', 'city', 'postcode'] %}
        coalesce(fields.{{ part }}, case when structured.is_addressed then landed.read.{{ part }} end) as {{ part }},
        {%- endfor %}
        landed.read.country,
        {%- for field in [
            'phone', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours'
        ] %}
        coalesce(fields.{{ field }}, case when structured.is_place then landed.read.{{ field }} end) as {{ field }},
        {%- endfor %}
        fields.email,
        fields.wifi,
        fields.parking_available,
        fields.disabled_access,
        structured.rating,
        structured.rating_count,
        fields.summary,
        structured.description,
        list_reduce( -- noqa: PRS
            fields.attribute_objects, lambda merged, object: json_merge_patch(merged::json, object::json)::varchar
        ) as text_attributes,
        structured.discovered_attributes as box_attributes,
        structured.external_ids,
        structured.operating_status,
        'hours: ' || structured.hours_told as operating_status_evidence,
        false as is_sub_venue,
        fields.aboutness,
        structured.is_place,
        structured.record_key is not null as is_structured,
        fields.source_record_id is not null as is_extracted
    from landed
    left join fields
        on landed.source_record_id = fields.source_record_id and landed.payload_hash = fields.payload_hash
    left join structured
        on landed.record_key = structured.record_key and landed.version_no = structured.version_no

),

judged as (

    select
        *,
        coalesce(text_attributes, box_attributes) as discovered_attributes,
        {{ plausible_point() }},
        case
            when is_structured and not coalesce(is_place, false) then 'unrelated'
            when is_structured and entity_name is null then 'no_name'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
            when is_structured then null
            when not is_extracted or aboutness is null then 'not_extracted'
            when aboutness in ('list_page', 'unrelated') then aboutness
            when entity_name is null then 'no_name'
        end as loss_reason
    from mapped

)

select
    {{ place_columns([
        'entity_name', 'raw_categories', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude',
        'longitude', 'location_flag', 'phone', 'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url',
        'linkedin_url', 'opening_hours', 'wifi', 'parking_available', 'disabled_access', 'rating', 'rating_count',
        'summary', 'description', 'discovered_attributes', 'external_ids', 'is_sub_venue', 'operating_status',
        'operating_status_evidence'
    ]) }}
from judged
