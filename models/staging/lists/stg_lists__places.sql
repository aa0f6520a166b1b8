-- One row per version of a record of a declared list that this build stages. A record that left a replaced list gets
-- one more version, which is lost as `not_in_list`. It left with the first load that is whole and does not have it, or
-- that names it as gone.
with declared as (

    select * from {{ ref('stg_lists__landed') }}
    where is_staged

),

staged as (

    select source_name from declared

),

loads as (

    select
        source_name,
        run_id,
        fetched_at as loaded_at,
        is_whole
    from {{ source('raw', 'list_loads') }}

),

departures as (

    select
        source_name,
        source_record_id,
        fetched_at as departed_at
    from {{ source('raw', 'list_departures') }}

),

fields as (

    select
        source_name,
        source_record_id,
        payload_hash,
        alternate_names,
        raw_categories,
        floors,
        as_is,
        entity_name[1] as entity_name,
        street_address[1] as street_address,
        locality[1] as locality,
        city[1] as city,
        postcode[1] as postcode,
        country[1] as country,
        latitude[1] as latitude,
        longitude[1] as longitude,
        phone[1] as phone,
        wifi[1] as wifi,
        parking_available[1] as parking_available,
        disabled_access[1] as disabled_access,
        rating[1] as rating,
        rating_count[1] as rating_count,
        summary[1] as summary,
        description[1] as description,
        discovered_attributes[1] as discovered_attributes,
        external_ids[1] as external_ids,
        source_updated_at[1] as source_updated_at,
        operating_status[1] as operating_status
    from {{ source('raw', 'list_fields') }}
    where source_name in (from staged)

),

landed as not materialized (

    select * from {{ source('raw', 'lists') }}

),

whole as not materialized (

    -- What a load that broke off left behind has no row in `list_loads`. The payload is not read here.
    select landed.* replace (cast(null as varchar) as payload)
    from landed
    semi join loads
        on landed.source_name = loads.source_name and landed.run_id = loads.run_id
    semi join declared
        on landed.source_name = declared.source_name

),

versions as (

    {{ landed_versions('lists', 'whole', 'staged') }}

),

moments as (

    select distinct
        whole.source_name,
        whole.fetched_at
    from whole
    semi join declared
        on whole.source_name = declared.source_name and declared.rows_kept = 'replace'

),

whole_loads as (

    select
        source_name,
        loaded_at
    from loads
    where is_whole

),

next_loads as (

    -- Joining a few moments to loads is cheaper than joining every record to them.
    select
        moments.source_name,
        moments.fetched_at,
        whole_loads.loaded_at
    from moments
    asof inner join whole_loads
        on moments.source_name = whole_loads.source_name and moments.fetched_at < whole_loads.loaded_at

),

departures_of_replaced as (

    -- One row per record: few records leave a list, and each leaves it few times.
    select
        departures.source_name,
        departures.source_record_id,
        list(departures.departed_at order by departures.departed_at) as moments
    from departures
    semi join declared
        on departures.source_name = declared.source_name and declared.rows_kept = 'replace'
    group by departures.source_name, departures.source_record_id

),

dated as (

    select
        versions.*,
        case
            when versions.replaced_at is null
                -- The earlier one: no null counts.
                then least(
                    next_loads.loaded_at,
                    list_filter(departures_of_replaced.moments, lambda moment: moment > versions.fetched_at)[1]
                )
        end as left_at
    from versions
    left join next_loads
        on versions.source_name = next_loads.source_name and versions.fetched_at = next_loads.fetched_at
    left join departures_of_replaced
        on
            versions.source_name = departures_of_replaced.source_name
            and versions.source_record_id = departures_of_replaced.source_record_id

),

with_losses as (

    select
        * replace (coalesce(replaced_at, left_at) as replaced_at),
        false as is_lost
    from dated
    union all by name
    select
        * replace (version_no + 1 as version_no, left_at as valid_from),
        true as is_lost
    from dated
    where left_at is not null

),

given as (

    select
        with_losses.*,
        fields as given
    from with_losses
    left join fields
        on
            with_losses.source_name = fields.source_name
            and with_losses.source_record_id = fields.source_record_id
            and with_losses.payload_hash = fields.payload_hash

),

mapped as (

    select
        *,
        given.entity_name,
        given.alternate_names,
        given.raw_categories,
        false as is_sub_venue,
        coalesce(read.street_address, given.street_address) as street_address,
        coalesce(read.locality, given.locality) as locality,
        coalesce(read.city, given.city) as city,
        coalesce(read.postcode, upper(given.postcode)) as postcode,
        coalesce(read.country, upper(given.country)) as country,
        {{ plausible_point() }},
        list_contains(given.as_is, 'latitude') as is_point_as_is,
        coalesce(
            read.phone,
            case
                when read.country is null
                    then nullif(regexp_extract(regexp_replace(given.phone, '[^0-9]', '', 'g'), '^[0-9]{8,15}$'), '')
            end
        ) as phone,
        read.email,
        read.website_url,
        read.instagram_url,
        read.facebook_url,
        read.twitter_url,
        read.linkedin_url,
        read.opening_hours,
        {{ yes_or_no('given.wifi') }} as wifi,
        {{ yes_or_no('given.parking_available') }} as parking_available,
        {{ yes_or_no('given.disabled_access') }} as disabled_access,
        given.rating,
        given.rating_count,
        given.summary,
        given.description,
        {{ json_object_text('given.discovered_attributes') }} as discovered_attributes,
        {{ json_object_text('given.external_ids') }} as external_ids,
        given.floors,
        given.source_updated_at,
        given.operating_status as operating_status_evidence,
        coalesce(read.operating_status, {{ status_in_words('given.operating_status') }}) as operating_status,
        case
            when is_lost then 'not_in_list'
            when given.entity_name is null then 'no_name'
        end as loss_reason
    from given

),

located as (

    select
        * replace (
            if(is_point_as_is, try_cast(given.latitude as double), latitude) as latitude,
            if(is_point_as_is, try_cast(given.longitude as double), longitude) as longitude
        )
    from mapped

),

places as (

    select
        {{ place_columns([
            'entity_name', 'alternate_names', 'raw_categories', 'is_sub_venue', 'street_address', 'locality', 'city',
            'postcode', 'country', 'latitude', 'longitude', 'location_flag', 'phone', 'email', 'website_url',
            'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi', 'parking_available',
            'disabled_access', 'rating', 'rating_count', 'summary', 'description', 'discovered_attributes',
            'external_ids', 'floors', 'source_updated_at', 'operating_status', 'operating_status_evidence'
        ]) }}
    from located

)

select * from places
