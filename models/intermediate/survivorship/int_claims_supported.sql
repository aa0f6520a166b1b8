-- One row per claim and snapshot, with the support for its value in its cell.
{{ config(materialized='view') }}

with scored as (

    select * from {{ ref('int_claims_scored') }}

),

value_support as (

    select * from {{ ref('int_value_support') }}

),

supported as (

    select
        scored.claim_id,
        scored.entity_id,
        scored.snapshot_at,
        scored.is_current,
        scored.record_key,
        scored.source_name,
        scored.source_record_id,
        scored.field_name,
        scored.item,
        scored.value,
        scored.value_normalised,
        scored.ineligible_reason,
        scored.is_eligible,
        scored.is_expired,
        -- Anybody may write a page. What a single site says of a contact comes after any other source.
        if(scored.is_page_contact and coalesce(value_support.independent_sources, 0) < 2, 0, 1) as contact_rank,
        scored.verification_rank,
        scored.confidence,
        scored.strategy,
        scored.is_monitored,
        scored.trust,
        scored.decayed_trust,
        scored.doubt,
        scored.text_completeness,
        scored.stated_at,
        coalesce(value_support.support, 0) as support,
        coalesce(value_support.independent_sources, 0) as independent_sources,
        value_support.posterior
    from scored
    left join value_support
        on
            scored.entity_id = value_support.entity_id
            and scored.field_name = value_support.field_name
            and scored.value_normalised = value_support.value_normalised
            and scored.item is not distinct from value_support.item
            and scored.snapshot_at = value_support.snapshot_at

)

select * from supported
