-- One row per entity and snapshot where the place is permanently closed or only planned. Opening hours of any source
-- are not eligible then.
with supported as (

    select * from {{ ref('int_claims_supported') }}
    where field_name = 'operating_status'

),

statements as (

    select
        *,
        is_eligible as is_eligible_in_cell,
        null::bigint as group_rank,
        source_name = 'manual_override' as is_override,
        round(decayed_trust) as trust_points
    from supported

),

ranked as (

    select
        entity_id,
        snapshot_at,
        value,
        is_eligible_in_cell,
        row_number() over (
            partition by entity_id, snapshot_at
            {{ claims_in_order() }}
        ) as claim_rank
    from statements

),

shut as (

    select
        entity_id,
        snapshot_at
    from ranked
    where claim_rank = 1 and is_eligible_in_cell and value in ('closed_permanently', 'planned')

)

select * from shut
