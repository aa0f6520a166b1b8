-- One row per claim and snapshot. A snapshot is a time for which a cell is computed: now, or the start of a past
-- period. A person's corrections are claims of their own source.
{{ config(materialized='view') }}

with context as (

    select * from {{ ref('stg_ops__build_context') }}

),

corrections as (

    select
        md5('manual_override|' || override_id) as claim_id,
        entity_id,
        'manual_override:' || override_id as record_key,
        'manual_override' as source_name,
        override_id as source_record_id,
        field_name,
        item,
        value,
        value_normalised,
        {{ blank_to_null('value') }} is null as is_placeholder,
        'verified' as verification,
        1.0::double as confidence,
        reason as quote,
        valid_from as fetched_at,
        valid_from as source_updated_at,
        valid_from,
        retired_at as replaced_at
    from {{ ref('int_overrides') }}
    cross join context
    where entity_id is not null and valid_from <= context.as_of

),

claims as not materialized (

    select * from {{ ref('int_record_claims') }}
    union all by name
    select * from corrections

),

past_periods as (

    select * from {{ ref('int_entity_periods') }}
    where period_end is not null

),

snapshots as (

    -- A past period starts before the time of the build, so no past snapshot equals the present one.
    select
        claims.*,
        context.as_of as snapshot_at,
        true as is_current
    from claims
    cross join context
    where claims.replaced_at is null
    union all
    select
        claims.*,
        past_periods.period_start as snapshot_at,
        false as is_current
    from claims
    inner join past_periods
        on
            claims.entity_id = past_periods.entity_id
            and claims.valid_from <= past_periods.period_start
            and (claims.replaced_at is null or claims.replaced_at > past_periods.period_start)

)

select * from snapshots
