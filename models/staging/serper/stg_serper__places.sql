-- One row per search result and version, as the place that extraction read out of it.
with landed as (

    {{ landed_versions('serper') }}

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
        coalesce(fields.entity_name, {{ json_text('landed.payload', '$.title') }}) as given_name,
        coalesce(fields.street_address, landed.read.street_address) as street_address,
        coalesce(fields.locality, landed.read.locality) as locality,
        coalesce(fields.city, landed.read.city) as city,
        coalesce(fields.postcode, landed.read.postcode) as postcode,
        landed.read.country,
        coalesce(fields.phone, landed.read.phone) as phone,
        fields.email,
        {%- for site in ['website', 'instagram', 'facebook', 'twitter', 'linkedin'] %}
        coalesce(
            fields.{{ site }}_url,
            case when starts_with(landed.source_record_id, 'cid:') then landed.read.{{ site }}_url end
        ) as {{ site }}_url,
        {%- endfor %}
        fields.opening_hours,
        fields.wifi,
        fields.parking_available,
        fields.disabled_access,
        fields.summary,
        list_reduce( -- noqa: PRS
            fields.attribute_objects, lambda merged, object: json_merge_patch(merged::json, object::json)::varchar
        ) as discovered_attributes,
        false as is_part,
        case
            when starts_with(landed.source_record_id, 'cid:')
                then '{"google_cid": "' || substr(landed.source_record_id, 5) || '"}'
        end as external_ids,
        fields.aboutness,
        starts_with(landed.source_record_id, 'cid:') as is_structured,
        fields.source_record_id is not null as is_extracted,
        fields.entity_name is not null as is_named
    from landed
    left join fields
        on landed.source_record_id = fields.source_record_id and landed.payload_hash = fields.payload_hash

),

judged as (

    select
        * replace (case when is_named or is_structured then given_name end as given_name),
        case
            when is_structured and given_name is null then 'no_name'
            when {{ is_elsewhere('read.latitude', 'read.longitude', 'postcode') }} then 'outside_area'
            when is_structured then null
            when not is_extracted or aboutness is null then 'not_extracted'
            when aboutness in ('list_page', 'unrelated') then aboutness
            when not is_named then 'no_name'
        end as loss_reason
    from mapped

),

renamed as (

    select
        *,
        given_name as entity_name,
        {{ plausible_point() }}
    from judged

)

select
    {{ place_columns([
        'entity_name', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude', 'longitude',
        'location_flag', 'phone', 'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url',
        'linkedin_url', 'opening_hours', 'wifi', 'parking_available', 'disabled_access', 'summary',
        'discovered_attributes', 'external_ids', 'is_part'
    ]) }}
from renamed
