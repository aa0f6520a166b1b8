-- One row per source record with a current claim: its payload, stored once for all of its claims, and the API call
-- that brought it.
{{ config(keyed_by='entity_id') }}

with int_claims as (

    select * from {{ ref('int_claims') }}

),

int_records as (

    select * from {{ ref('int_records') }}

),

int_landings as (

    select * from {{ ref('int_landings') }}

),

stg_raw__connector_calls as (

    select * from {{ ref('stg_raw__connector_calls') }}

),

stg_ops__lists as (

    select * from {{ ref('stg_ops__lists') }}

),

copied_fields as (

    select
        source_name,
        unnest(string_split_regex(trim(payload_fields), '\s+')) as field_name
    from {{ ref('source_terms') }}
    where field_group = 'copy'

),

copies as (

    -- The whole copy of a page stays in `raw`: a reader needs what was read of it.
    select
        source_name,
        json_group_object(field_name, null)::varchar as removal
    from copied_fields
    group by source_name

),

claimed as (

    select distinct
        entity_id,
        record_key
    from int_claims
    where is_current

),

records as (

    select
        claimed.entity_id,
        int_records.record_key,
        int_records.source_name,
        int_records.source_record_id,
        int_records.run_id,
        int_records.request_id,
        int_records.payload_hash,
        int_records.result_rank,
        int_records.fetched_at
    from int_records
    inner join claimed
        on int_records.record_key = claimed.record_key

),

payloads as (

    select
        records.record_key,
        -- An answer that has a record twice at one rank gives the same payload, except for the parts that change at
        -- every call.
        min(landed.payload) as payload
    from records
    inner join int_landings as landed
        on
            records.source_name = landed.source_name
            and records.source_record_id = landed.source_record_id
            and records.run_id = landed.run_id
            and records.payload_hash = landed.payload_hash
            and records.result_rank is not distinct from landed.result_rank
    group by records.record_key

),

evidence as (

    select
        records.record_key,
        records.entity_id,
        records.source_name,
        records.source_record_id,
        if(
            copies.removal is null,
            payloads.payload,
            json_merge_patch(payloads.payload::json, copies.removal::json)::varchar
        ) as payload,
        records.payload_hash,
        records.run_id,
        records.request_id,
        connector_calls.method,
        connector_calls.url,
        connector_calls.status,
        connector_calls.started_at,
        lists.columns as mapped_columns,
        records.result_rank,
        records.fetched_at
    from records
    inner join payloads
        on records.record_key = payloads.record_key
    left join stg_raw__connector_calls as connector_calls
        on records.request_id = connector_calls.request_id
    left join stg_ops__lists as lists
        on records.source_name = lists.source_name
    left join copies
        on records.source_name = copies.source_name

)

select * from evidence
-- Sorted, so that a query for one entity reads one part of the file.
order by entity_id, record_key
