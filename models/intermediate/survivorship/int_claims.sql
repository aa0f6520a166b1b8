-- One row per claim and snapshot. A snapshot is a time for which a cell is computed: now, or the start of a past
-- period. A person's corrections are claims of their own source.
{{ config(materialized='view') }}

with to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

overrides as (

    select * from {{ ref('int_overrides') }}

),

corrections as (

    select
        md5('manual_override|' || overrides.override_id) as claim_id,
        overrides.entity_id,
        'manual_override:' || overrides.override_id as record_key,
        'manual_override' as source_name,
        overrides.override_id as source_record_id,
        overrides.field_name,
        overrides.item,
        overrides.value,
        overrides.value_normalised,
        {{ blank_to_null('overrides.value') }} is null as is_placeholder,
        'verified' as verification,
        1.0::double as confidence,
        overrides.reason as quote,
        overrides.valid_from as fetched_at,
        overrides.valid_from as source_updated_at,
        overrides.valid_from,
        overrides.retired_at as replaced_at
    from overrides
    inner join to_rank
        on overrides.entity_id = to_rank.entity_id
    where overrides.valid_from <= to_rank.ranked_at

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
        to_rank.ranked_at as snapshot_at,
        true as is_current
    from claims
    inner join to_rank
        on claims.entity_id = to_rank.entity_id
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
