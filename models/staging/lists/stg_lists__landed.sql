-- One row per declared list: a digest of all that landed for it, and whether this build stages it. A list that landed
-- nothing since the build before is staged already. The table of the build before is the memory of this model.
{{ config(materialized='table', reads_itself=true) }}

with declared as (

    select
        source_name,
        rows_kept
    from {{ ref('stg_ops__lists') }}

),

context as (

    select
        as_of,
        scope
    from {{ ref('stg_ops__build_context') }}

),

runs as (

    select
        started_at,
        ended_at
    from {{ ref('stg_ops__runs') }}

),

loads as (

    select * from {{ source('raw', 'list_loads') }}

),

landed as (

    select * from {{ source('raw', 'lists') }}

),

fields as (

    select * from {{ source('raw', 'list_fields') }}

),

readings as (

    select * from {{ source('extract', 'readings') }}

),

before as (

    {% if was_built(this) %}
    select
        source_name,
        digest,
        staged_at
    from {{ this }}
    {% else %}
    select
        null::varchar as source_name,
        null::varchar as digest,
        null::timestamp as staged_at
    where false
    {% endif %}

),

landed_at as (

    -- Few moments: all rows of a load have one.
    select
        source_name,
        fetched_at,
        count(*) as landings,
        sum({{ row_digest(['source_record_id', 'run_id', 'payload_hash', 'request_id', 'result_rank', 'purged_at']) }})
            as digest
    from landed
    group by source_name, fetched_at

),

loaded_at as (

    select
        source_name,
        fetched_at,
        count(*) as landings,
        sum({{ row_digest(['run_id']) }}) as digest
    from loads
    group by source_name, fetched_at

),

moments as (

    select * from landed_at
    union all
    select * from loaded_at

),

-- What holds for a moment also depends on the run in which it was.
moments_in_runs as (

    select
        moments.*,
        if(moments.fetched_at <= coalesce(runs.ended_at, moments.fetched_at), runs.started_at, null) as run_started_at
    from moments
    asof left join runs
        on moments.fetched_at >= runs.started_at

),

-- The values of a payload follow from these versions.
mapped as (

    select
        source_name,
        mapping_version as version,
        count(*) as tally
    from fields
    group by source_name, mapping_version

),

read as (

    select
        source_name,
        {{ concatenated(['reader_version', 'asked_in']) }} as version,
        count(*) as tally
    from readings
    group by source_name, version

),

parts as (

    select
        source_name,
        {{ concatenated(['fetched_at', 'run_started_at', 'landings', 'digest']) }} as part
    from moments_in_runs
    union all
    select
        source_name,
        {{ concatenated(['version', 'tally']) }} as part
    from mapped
    union all
    select
        source_name,
        {{ concatenated(['version', 'tally']) }} as part
    from read

),

digests as (

    select
        source_name,
        md5(string_agg(part, ' ' order by part)) as digest
    from parts
    group by source_name

),

compared as (

    select
        declared.source_name,
        declared.rows_kept,
        digests.digest,
        -- A build may begin again as of the same moment, because a record that it could not read was rejected.
        context.scope != 'changed'
        or before.source_name is null
        or coalesce(digests.digest, '') != coalesce(before.digest, '')
        or before.staged_at >= context.as_of as is_staged,
        if(is_staged, context.as_of, before.staged_at) as staged_at
    from declared
    cross join context
    left join digests
        on declared.source_name = digests.source_name
    left join before
        on declared.source_name = before.source_name

)

select * from compared
