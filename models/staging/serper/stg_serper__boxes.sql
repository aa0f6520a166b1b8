-- One row per version of a Google box: a place on the map, a knowledge graph, or an answer.
with landed as (

    {{ landed_versions('serper') }}

),

category_map as (

    select * from {{ ref('category_map') }}
    where source_name = 'serper'

),

known_categories as (

    select list(distinct raw_category) as categories from category_map

),

boxes as (

    -- A place on the map, a knowledge graph or an answer ("Rowan Hall / Address"). The key shows the kind of box.
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
                -- "Tennis club in Porto, Portugal"
                [regexp_replace({{ json_text('payload', '$.type') }}, ' in \p{Lu}.*$', '')]
            ),
            lambda category: category is not null
        ))) as raw_categories,
        lower(regexp_extract({{ json_text('payload', '$.title') }}, ' / ([^/]+)$', 1)) as answered,
        coalesce(
            {{ json_text('payload', '$.address') }}, {{ json_text('payload', '$.attributes.Address') }}
        ) as address,
        coalesce(
            {{ json_text('payload', '$.attributes.Hours') }},
            {{ json_text('payload', '$.attributes."Opening hours"') }},
            {{ json_text('payload', '$.openingHours') }}
        ) as stated_hours,
        {{ json_text('payload', '$.description') }} as description,
        {{ json_text('payload', '$.priceLevel') }} as price_level,
        {{ json_number('payload', '$.rating') }} as rating,
        try_cast({{ json_text('payload', '$.ratingCount') }} as bigint) as rating_count,
        try_cast(json_extract(payload, '$.attributes') as map (varchar, varchar)) as labels
    from landed
    where regexp_matches(source_record_id, '^(cid|place|kg|answer):')

),

labelled as (

    -- The attributes of a knowledge graph without address, number and hours: {"opened": "1962"}.
    select
        record_key,
        version_no,
        list_reduce( -- noqa: PRS
            list_transform(
                list_filter(
                    map_entries(labels),
                    lambda entry:
                        lower(entry.key) not in ('address', 'phone', 'phone number', 'hours', 'opening hours')
                        and regexp_matches(lower(entry.key), '[a-z0-9]')
                        and entry.value is not null
                ),
                lambda entry: json_object(
                    trim(regexp_replace(lower(entry.key), '[^a-z0-9]+', '_', 'g'), '_'), trim(entry.value, '"')
                )::varchar
            ),
            lambda merged, object: json_merge_patch(merged::json, object::json)::varchar,
            '{}' -- the start value: DuckDB cannot reduce an empty list without one
        ) as discovered_attributes
    from boxes
    where len(map_keys(labels)) > 0

),

classified as (

    -- A box is about a place if it has an address, a phone or a known category. The knowledge graph of a company has
    -- none of these.
    select
        boxes.record_key,
        boxes.version_no,
        raw_categories,
        description,
        rating,
        rating_count,
        stated_hours,
        nullif(
            json_merge_patch(
                coalesce(labelled.discovered_attributes, '{}'), json_object('price_level', price_level)
            )::varchar,
            '{}'
        ) as discovered_attributes,
        case when is_answer then regexp_replace(title, ' / [^/]+$', '') else title end as box_name,
        not is_answer or answered = 'address' as is_addressed,
        nullif(
            json_merge_patch(
                '{}', json_object('google_cid', cid, 'google_places', place_id, 'google_kg', kgmid)
            )::varchar,
            '{}'
        ) as external_ids,
        case
            when regexp_matches(stated_hours, '(?i)permanently closed') then 'closed_permanently'
            when regexp_matches(stated_hours, '(?i)temporarily closed') then 'closed_temporarily'
        end as operating_status,
        box in ('cid', 'place')
        or address is not null
        or list_has_any(raw_categories, coalesce(known_categories.categories, []))
        or (is_answer and answered in ('address', 'phone', 'phone number', 'hours', 'opening hours', 'website'))
        or map_contains(labels, 'Phone')
        or map_contains(labels, 'Phone number') as is_place
    from boxes
    cross join known_categories
    left join labelled
        on boxes.record_key = labelled.record_key and boxes.version_no = labelled.version_no

)

select * from classified
