-- One row per version of a structured record and column with a value. A record with an extracted text has its claims
-- from the text; of its columns, only the status counts. A value may give a reason to doubt it (macro `belief_in`).
{{ config(materialized='view') }}
{% set fields = [
    'entity_name', 'street_address', 'locality', 'city', 'postcode', 'country', 'latitude', 'longitude', 'phone',
    'email', 'website_url', 'instagram_url', 'facebook_url', 'twitter_url', 'linkedin_url', 'opening_hours', 'wifi',
    'parking_available', 'disabled_access', 'rating', 'rating_count', 'summary', 'description'
] %}

with members as not materialized (

    select * from {{ ref('int_versions_matched') }}
    where match_role = 'member'

),

countries as not materialized (

    select * from {{ ref('countries') }}

),

shared_lines as not materialized (

    select * from {{ ref('shared_lines') }}

),

text_claims as (

    select * from {{ ref('int_claims_from_text') }}

),

structured as (

    select
        {%- for field in fields %}
        members.{{ field }}::varchar as {{ field }},
        {%- endfor %}
        members.record_key,
        members.version_no,
        countries.calling_code
    from members
    left join countries
        on members.country = countries.country
    anti join text_claims
        on members.record_key = text_claims.record_key and members.version_no = text_claims.version_no

),

unpivoted as (

    select
        record_key,
        version_no,
        calling_code,
        field_name,
        value
    from structured
    unpivot (value for field_name in ({{ fields | join(', ') }}))

),

beginnings as (

    -- Joined by equality, because a comparison of every number with every beginning is slow.
    select distinct
        phone,
        unnest(generate_series(3, 8)) as length
    from members
    where phone is not null

),

numbers_of_many as (

    select distinct beginnings.phone
    from beginnings
    inner join shared_lines
        on left(beginnings.phone, beginnings.length) = shared_lines.prefix

),

claims as (

    select
        unpivoted.* exclude (calling_code),
        null as quote,
        case
            when unpivoted.field_name = 'phone'
                then
                    case
                        when not starts_with(unpivoted.value, '+' || unpivoted.calling_code) then 'foreign_phone'
                        when numbers_of_many.phone is not null then 'shared_line'
                    end
            when unpivoted.field_name = 'street_address' and not regexp_matches(unpivoted.value, '\pN')
                then 'no_house_number'
            when unpivoted.field_name = 'entity_name' and {{ is_in_capitals('unpivoted.value') }} then 'capitals'
        end as doubt
    from unpivoted
    left join numbers_of_many
        on unpivoted.field_name = 'phone' and unpivoted.value = numbers_of_many.phone
    union all
    select
        record_key,
        version_no,
        'operating_status' as field_name,
        operating_status as value,
        operating_status_evidence as quote,
        null as doubt
    from members
    -- `unknown` is no claim: it means that the source states no status.
    where operating_status != 'unknown'

)

select * from claims
