-- One row per record of a CSV file from the user (`trigpoint eval matching`). Empty in a run.
with records as (

    select * from {{ source('raw', 'records') }}

),

readings as (

    {{ read_values() }}

),

read_records as (

    select
        records.*,
        readings.read
    from records
    left join readings
        on records.source_name = readings.source_name and records.source_record_id = readings.source_record_id

),

mapped as (

    select
        *,
        source_name || ':' || source_record_id as record_key,
        cast(null as varchar) as request_id,
        cast(null as varchar) as payload_hash,
        cast(null as timestamp) as purged_at,
        fetched_at as first_fetched_at,
        1 as version_no,
        fetched_at as valid_from,
        cast(null as timestamp) as replaced_at,
        {{ blank_to_null('name_given') }} as entity_name,
        string_split_regex({{ blank_to_null('categories_given') }}, ' *[;|] *') as raw_categories,
        false as is_sub_venue,
        {{ blank_to_null('address_given') }} as street_address,
        {{ blank_to_null('city_given') }} as city,
        coalesce(read.postcode, upper({{ blank_to_null('postcode_given') }})) as postcode,
        coalesce(read.country, upper({{ blank_to_null('country_given') }})) as country,
        coalesce(read.website_url, {{ blank_to_null('website_given') }}) as website_url,
        coalesce(
            read.phone,
            nullif(regexp_extract(regexp_replace(phone_given, '[^0-9]', '', 'g'), '^[0-9]{8,15}$'), '')
        ) as phone,
        case when {{ blank_to_null('name_given') }} is null then 'no_name' end as loss_reason
    from read_records

),

places as (

    select
        {{ place_columns([
            'entity_name', 'raw_categories', 'is_sub_venue', 'street_address', 'city', 'postcode', 'country', 'latitude',
            'longitude', 'phone', 'website_url'
        ]) }}
    from mapped

)

select * from places
