-- One row per version of a structured record and column with a value. A record with an extracted text has its claims
-- from the text; of its columns, only the status counts.
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

text_claims as (

    select * from {{ ref('int_claims_from_text') }}

),

structured as (

    select
        {%- for field in fields %}
        members.{{ field }}::varchar as {{ field }},
        {%- endfor %}
        members.record_key,
        members.version_no
    from members
    anti join text_claims
        on members.record_key = text_claims.record_key and members.version_no = text_claims.version_no

),

unpivoted as (

    select
        record_key,
        version_no,
        field_name,
        value
    from structured
    unpivot (value for field_name in ({{ fields | join(', ') }}))

),

claims as (

    select
        *,
        null as quote
    from unpivoted
    union all
    select
        record_key,
        version_no,
        'operating_status' as field_name,
        operating_status as value,
        operating_status_evidence as quote
    from members
    -- `unknown` is no claim: it means that the source states no status.
    where operating_status != 'unknown'

)

select * from claims
