-- One row per extraction with a current claim, with the text that contains the quotes.
{{ config(keyed_by='entity_id') }}

with int_claims as (

    select * from {{ ref('int_claims') }}

),

stg_extract__extractions as (

    select * from {{ ref('stg_extract__extractions') }}

),

readings as (

    select distinct
        entity_id,
        extraction_id
    from int_claims
    where is_current and extraction_id is not null

),

evidence as (

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
    inner join stg_extract__extractions as extractions
        on readings.extraction_id = extractions.extraction_id

)

select * from evidence
order by entity_id, extraction_id
