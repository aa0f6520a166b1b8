-- One row per claim of the latest extraction of each text that did not fail; absences are left in `extract.claims`.
with extractions as (

    select
        *,
        row_number() over (
            partition by source_name, source_record_id, payload_hash
            -- A reading that failed is worse than an older one that did not.
            order by status = 'failed' nulls first, extracted_at desc, extraction_id
        ) as recency
    from {{ source('extract', 'extractions') }}

),

claims as (

    select * from {{ source('extract', 'claims') }}
    where value is not null and entity_index = 0

)

select
    extractions.source_name || ':' || extractions.source_record_id as record_key,
    extractions.source_name,
    extractions.source_record_id,
    extractions.payload_hash,
    extractions.extraction_id,
    extractions.aboutness,
    claims.field_name,
    claims.value,
    claims.quote,
    claims.char_start,
    claims.char_end,
    claims.verification,
    claims.confidence,
    claims.extractor,
    {{ read_by('claims.extractor', 'extractions') }} as read_by,
    claims.null_reason as rejected_because,
    {{ registrable_domain('extractions.url') }} as page_domain,
    {{ passage('extractions.text', 'claims.char_start', 'claims.char_end') }} as passage,
    row_number() over (
        partition by extractions.extraction_id, claims.field_name
        order by
            {{ verification_rank('claims.verification') }} desc, claims.confidence desc nulls last,
            {{ extractor_rank('claims.extractor') }} desc, claims.char_start, claims.value
    ) as claim_rank
from extractions
left join claims
    on extractions.extraction_id = claims.extraction_id and claims.verification != 'rejected'
where extractions.recency = 1

union all

select
    extractions.source_name || ':' || extractions.source_record_id,
    extractions.source_name,
    extractions.source_record_id,
    extractions.payload_hash,
    extractions.extraction_id,
    extractions.aboutness,
    claims.field_name,
    claims.value,
    claims.quote,
    claims.char_start,
    claims.char_end,
    claims.verification,
    claims.confidence,
    claims.extractor,
    {{ read_by('claims.extractor', 'extractions') }} as read_by,
    claims.null_reason as rejected_because,
    {{ registrable_domain('extractions.url') }} as page_domain,
    {{ passage('extractions.text', 'claims.char_start', 'claims.char_end') }} as passage,
    null as claim_rank
from extractions
inner join claims
    on extractions.extraction_id = claims.extraction_id and claims.verification = 'rejected'
where extractions.recency = 1
