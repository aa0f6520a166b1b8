-- One row per HTTP exchange with a source.
with connector_calls as (

    select
        request_id,
        run_id,
        source,
        method,
        url,
        request_body,
        page,
        status,
        attempts,
        records,
        bytes,
        ms,
        cost_usd,
        error_kind,
        error_text,
        started_at
    from {{ source('raw', 'connector_calls') }}

)

select * from connector_calls
