-- One row per facility of the register and version: a club with eight courts has eight, all with its name.
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
        try_cast({{ json_text('payload', '$.properties.sh_date_uploaded') }} as timestamp) as source_updated_at
    from landed

),

mapped as (

    select
        *,
        false as is_part,
        {{ plausible_point() }},
        list_filter([layer, sub_type], lambda category: category is not null) as raw_categories,
        nullif(json_merge_patch('{}', json_object('surface', surface))::varchar, '{}') as discovered_attributes,
        json_object('sport_scotland', source_record_id)::varchar as external_ids,
        case
            when entity_name is null then 'no_name'
            when contains(upper(entity_name), 'TESTING') then 'test_record'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
        end as loss_reason
    from parsed

)

select
    {{ place_columns([
        'source_updated_at', 'entity_name', 'raw_categories', 'is_part', 'street_address', 'locality', 'city',
        'postcode', 'country', 'latitude', 'longitude', 'location_flag', 'discovered_attributes', 'external_ids'
    ]) }}
from mapped
