-- One row per claim of a record version: the value of one field of one entity. In a list field, `item` identifies the
-- element of the list or the key of the object.
with int_versions_matched as (

    select * from {{ ref('int_versions_matched') }}

),

int_claims_from_columns as (

    select * from {{ ref('int_claims_from_columns') }}

),

int_claims_from_lists as (

    select * from {{ ref('int_claims_from_lists') }}

),

int_claims_from_text as (

    select * from {{ ref('int_claims_from_text') }}

),

structured as (

    -- A claim of a structured source is verified: its evidence is the payload.
    select
        *,
        'verified' as verification,
        {{ var('structured_confidence') }} as confidence
    from (
        select * from int_claims_from_columns
        union all by name
        select * from int_claims_from_lists
    ) as from_records

),

unioned as (

    select * from int_claims_from_text
    union all by name
    select * from structured

),

claims as (

    select
        md5(
            concat_ws(
                '|',
                {{ id_part('unioned.record_key') }},
                unioned.field_name,
                {{ id_part('unioned.item') }},
                unioned.value,
                unioned.extraction_id,
                unioned.extractor
            )
        ) as claim_id,
        versions.entity_id,
        versions.source_name,
        versions.source_record_id,
        unioned.* exclude (version_no, extractor) replace (unioned.confidence::double as confidence),
        {{ normalised_value('unioned.field_name', 'unioned.value') }} as value_normalised,
        {{ blank_to_null('unioned.value') }} is null as is_placeholder,
        versions.request_id,
        versions.payload_hash,
        versions.run_id,
        versions.fetched_at,
        versions.source_updated_at,
        versions.licence,
        versions.may_republish,
        versions.version_no,
        versions.valid_from,
        versions.replaced_at
    from unioned
    inner join int_versions_matched as versions
        on unioned.record_key = versions.record_key and unioned.version_no = versions.version_no

)

select * from claims
