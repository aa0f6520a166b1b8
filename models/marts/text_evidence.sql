-- One row per reading of a text that a claim refers to, with the text itself, in which the claims' quotes stand.
with readings as (

    select distinct
        entity_id,
        extraction_id
    from {{ ref('int_claims') }}
    where is_current and extraction_id is not null

)

select
    extractions.extraction_id,
    readings.entity_id,
    extractions.source_name,
    extractions.source_record_id,
    extractions.text,
    extractions.url,
    extractions.extractor,
    extractions.extractor_version,
    extractions.model,
    extractions.prompt_version,
    extractions.extracted_at
from readings
inner join {{ source('extract', 'extractions') }} as extractions
    on readings.extraction_id = extractions.extraction_id
order by readings.entity_id, extractions.extraction_id
