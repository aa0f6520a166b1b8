-- One row per claim of the latest successful extraction of each text. Absent values stay in `extract.claims`.
with stg_extract__extractions as (

    select * from {{ ref('stg_extract__extractions') }}

),

public_suffixes as (

    select * from {{ ref('public_suffixes') }}

),

claims as (

    -- A text may be about several places. What it says of another than the asked one is kept as rejected, and counted.
    select
        * replace (
            if(entity_index = 0, verification, 'rejected') as verification,
            if(entity_index = 0, null_reason, coalesce(null_reason, 'other_entity')) as null_reason
        )
    from {{ source('extract', 'claims') }}
    where value is not null

),

extractions as (

    select
        *,
        row_number() over (
            partition by source_name, source_record_id, payload_hash
            -- A failed extraction ranks behind an older successful one.
            order by status = 'failed' nulls first, extracted_at desc, extraction_id
        ) as recency
    from stg_extract__extractions

),

latest as (

    select * from extractions
    where recency = 1

),

domains as (

    {{ registrable_domains('latest', 'url') }}

),

found as (

    -- A text without accepted claims has a row without a field.
    select
        latest.extraction_id as reading_id,
        claims.*
    from latest
    left join claims
        on latest.extraction_id = claims.extraction_id and claims.verification != 'rejected'
    union all
    select
        latest.extraction_id,
        claims.*
    from latest
    inner join claims
        on latest.extraction_id = claims.extraction_id and claims.verification = 'rejected'

),

ranked as (

    select
        latest.source_name || ':' || latest.source_record_id as record_key,
        latest.source_name,
        latest.source_record_id,
        latest.payload_hash,
        latest.extraction_id,
        latest.aboutness,
        found.field_name,
        found.value,
        found.quote,
        found.char_start,
        found.char_end,
        found.verification,
        found.confidence,
        found.extractor,
        {{ read_by('found.extractor', 'latest') }} as read_by,
        found.null_reason as rejected_because,
        domains.domain as page_domain,
        {{ passage('latest.text', 'found.char_start', 'found.char_end') }} as passage,
        case
            when coalesce(found.verification, '') != 'rejected'
                then row_number() over (
                    partition by latest.extraction_id, found.field_name, found.verification = 'rejected'
                    order by
                        {{ verification_rank('found.verification') }} desc, found.confidence desc nulls last,
                        {{ extractor_rank('found.extractor') }} desc, found.char_start, found.value
                )
        end as claim_rank
    from found
    inner join latest
        on found.reading_id = latest.extraction_id
    left join domains
        on {{ host_of('latest.url') }} = domains.host

)

select * from ranked
