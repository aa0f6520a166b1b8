-- One row per text and way of reading it: the log of the extraction stage.
-- The extraction stage reads the landed texts outside dbt; the next line adds this to the lineage graph.
-- depends_on: {{ source('raw', 'serper') }}, {{ source('raw', 'pages') }}
with extractions as (

    select
        extraction_id,
        run_id,
        source_name,
        source_record_id,
        payload_hash,
        text,
        url,
        extractor,
        extractor_version,
        model,
        prompt_version,
        status,
        aboutness,
        aboutness_reason,
        tokens_in,
        tokens_out,
        cost_usd,
        attempts,
        error,
        agreed,
        disagreed,
        extracted_at
    from {{ source('extract', 'extractions') }}

)

select * from extractions
