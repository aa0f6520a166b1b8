-- One row per version of a facility of the register. A club with eight courts has eight facilities, all with its
-- name.
with landed as (

    {{ landed_versions('sport_scotland') }}

),

parsed as (

    select
        *,
        {{ json_text('payload', '$.properties.site_name') }} as entity_name,
        read.street_address,
        read.locality,
        read.city,
        read.postcode,
        read.country,
        regexp_extract(source_record_id, '^([^.]+)', 1) as layer,
        coalesce(
            {{ json_text('payload', '$.properties.facility_sub_type') }},
            {{ json_text('payload', '$.properties.fac_sub_type') }}
        ) as sub_type,
        {{ json_text('payload', '$.properties.surface') }} as surface,
        {{ json_text('payload', '$.properties.flood_lights') }} as flood_lights,
        -- Layers of other years have the number in a field.
        map_from_entries(list_transform(
            list_filter(
                map_entries({{ json_fields("json_extract(payload, '$.properties')") }}),
                lambda entry: regexp_matches(entry.key, '^([A-Z_]+_)?(COURTS|PITCHES|LANES|HOLES|RINKS|GREENS)$')
                and try_cast(entry.value as integer) is not null
            ),
            lambda entry: { 'k': lower(entry.key), 'v': entry.value }
        )) as counts_given,
        {{ json_text('payload', '$.properties.facility_status') }} as facility_status,
        try_cast({{ json_text('payload', '$.properties.sh_date_uploaded') }} as timestamp) as source_updated_at
    from landed

),

counted as (

    -- A club with eight courts has eight rows with one name; only current rows count.
    select
        *,
        case
            when replaced_at is null
                then json_object(
                    replace({{ folded('coalesce(sub_type, layer)') }}, ' ', '_') || '_count',
                    count(*) filter (where replaced_at is null) over (
                        partition by entity_name, postcode, street_address, layer, sub_type
                    )
                )
        end as counts_listed
    from parsed

),

mapped as (

    select
        *,
        false as is_sub_venue,
        {{ plausible_point() }},
        list_filter([layer, sub_type], lambda category: category is not null) as raw_categories,
        nullif(json_merge_patch(
            '{}', json_object('surface', surface, 'flood_lights', flood_lights),
            coalesce(to_json(counts_given), '{}'), coalesce(counts_listed, '{}')
        )::varchar, '{}') as discovered_attributes,
        json_object('sport_scotland', source_record_id)::varchar as external_ids,
        {{ plain_status('facility_status') }} as operating_status,
        'facility_status=' || facility_status as operating_status_evidence,
        case
            when entity_name is null then 'no_name'
            when contains(upper(entity_name), 'TESTING') then 'test_record'
            when {{ is_elsewhere() }} then 'outside_area'
        end as loss_reason
    from counted

),

places as (

    select
        {{ place_columns([
            'source_updated_at', 'entity_name', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city',
            'postcode', 'country', 'latitude', 'longitude', 'location_flag', 'discovered_attributes', 'external_ids',
            'operating_status', 'operating_status_evidence'
        ]) }}
    from mapped

)

select * from places
