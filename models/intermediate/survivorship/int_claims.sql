-- One row per claim and moment at which a cell is looked at: now, or the start of a period that is over
-- (`past_moment`). A person's corrections are claims of a source of their own.
{{ config(materialized='view') }}

with claims as not materialized (

    select * from {{ ref('int_record_claims') }}
    union all by name
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
    cross join {{ source('ops', 'build_context') }} as context
    where entity_id is not null and valid_from <= context.as_of

),

looked_at as (

    select
        claims.*,
        null::timestamp as past_moment
    from claims
    where claims.replaced_at is null
    union all
    select
        claims.*,
        periods.period_start
    from claims
    inner join {{ ref('int_entity_periods') }} as periods
        on
            claims.entity_id = periods.entity_id
            and claims.valid_from <= periods.period_start
            and (claims.replaced_at is null or claims.replaced_at > periods.period_start)
    where periods.period_end is not null

)

select * from looked_at
