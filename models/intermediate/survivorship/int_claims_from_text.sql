-- One row per claim that was read in the text of a version of a record. It is a table because two models read it.
with versions as (

    select * from {{ ref('int_versions_matched') }}

),

text_claims as not materialized (

    select * from {{ ref('stg_extract__claims') }}

),

names as (

    select distinct value as name from text_claims
    where field_name = 'entity_name'

),

names_with_status as (

    {{ status_in_names('names') }}

),

claims as (

    select
        versions.record_key,
        versions.version_no,
        text_claims.field_name,
        coalesce(names_with_status.parsed.name, text_claims.value) as value,
        text_claims.quote,
        text_claims.char_start,
        text_claims.char_end,
        text_claims.extraction_id,
        text_claims.extractor,
        text_claims.read_by,
        text_claims.verification,
        text_claims.rejected_because,
        text_claims.confidence,
        text_claims.page_domain,
        text_claims.passage
    from versions
    inner join text_claims
        on versions.record_key = text_claims.record_key and versions.payload_hash = text_claims.payload_hash
    left join names_with_status
        on text_claims.value = names_with_status.name and text_claims.field_name = 'entity_name'
    where
        text_claims.value is not null
        -- These claims come from int_record_categories and from the record itself.
        and not starts_with(text_claims.field_name, 'canonical_')
        and text_claims.field_name not in ('entity_class', 'discovered_attributes')
    -- A text may state a value twice, with different verification. That is one claim, the better one.
    qualify
        row_number() over (
            partition by
                versions.record_key, versions.version_no, text_claims.extraction_id, text_claims.field_name,
                text_claims.value, text_claims.extractor
            order by
                {{ verification_rank('text_claims.verification') }} desc, text_claims.confidence desc nulls last,
                text_claims.char_start, text_claims.quote
        ) = 1

)

select * from claims
