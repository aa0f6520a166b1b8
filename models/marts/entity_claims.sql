-- One row per claim about an entity: its rank, the ranking factors, why it lost, and its provenance. A derived value
-- comes last in its cell, under the terms of the claims that it is derived from.
{{ config(keyed_by='entity_id') }}

with int_claims_scored as not materialized (

    select * from {{ ref('int_claims_scored') }}

),

int_areas_derived as (

    select * from {{ ref('int_areas_derived') }}

),

int_claims_ranked as not materialized (

    select * from {{ ref('int_claims_ranked') }}

),

int_licences_classed as (

    select * from {{ ref('int_licences_classed') }}

),

claims as not materialized (

    select
        scored.*,
        case
            when not coalesce(scored.may_republish, false) then 'restricted'
            -- The terms of the source make an exception for this field.
            when licences.is_withheld then 'attribution'
            else coalesce(licences.licence_class, 'restricted')
        end as licence_class,
        coalesce(licences.fits_osm, false) as fits_osm
    from int_claims_scored as scored
    left join int_licences_classed as licences
        on scored.source_name = licences.source_name and scored.licence = licences.licence
    where scored.is_current

),

derived as (

    select
        derived.entity_id,
        derived.field_name,
        derived.value,
        derived.evidence,
        string_agg(distinct claims.licence, '; ' order by claims.licence) as licence,
        bool_and(claims.may_republish) as may_republish,
        {{ licence_class_of("max(" ~ licence_strictness('claims.licence_class') ~ ")") }} as licence_class,
        bool_and(claims.fits_osm) as fits_osm,
        min(claims.expires_at) as expires_at,
        max(claims.fetched_at) as fetched_at
    from (
        select
            *,
            unnest(derived_from) as claim_id
        from int_areas_derived
        where is_current
    ) as derived
    inner join claims
        on derived.claim_id = claims.claim_id
    group by derived.entity_id, derived.field_name, derived.value, derived.evidence

),

cells as (

    select
        entity_id,
        field_name,
        count(*) as claims
    from int_claims_ranked
    where is_current and field_name in ('locality', 'city')
    group by entity_id, field_name

),

entity_claims as (

    select
        ranked.claim_id,
        ranked.entity_id,
        ranked.field_name,
        ranked.item,
        ranked.value,
        claims.value_normalised,
        ranked.claim_rank,
        ranked.is_winner,
        ranked.is_eligible,
        ranked.lost_because,
        ranked.strategy,
        ranked.group_rank as address_rank,
        ranked.source_name,
        ranked.source_record_id,
        claims.verification,
        claims.rejected_because,
        claims.text_completeness,
        ranked.trust,
        claims.decayed_trust,
        claims.age_days,
        claims.confidence,
        ranked.independent_sources,
        ranked.support,
        claims.provenance_group,
        ranked.margin,
        claims.quote,
        claims.char_start,
        claims.char_end,
        claims.extraction_id,
        claims.read_by,
        claims.request_id,
        claims.payload_hash,
        claims.run_id,
        claims.fetched_at,
        claims.source_updated_at,
        claims.licence,
        claims.may_republish,
        claims.licence_class,
        claims.licence_class != 'restricted' and claims.fits_osm as fits_osm,
        claims.expires_at
    from int_claims_ranked as ranked
    inner join claims
        on ranked.claim_id = claims.claim_id
    where ranked.is_current
    union all by name
    select
        md5('derived|' || derived.entity_id || '|' || derived.field_name) as claim_id,
        derived.entity_id,
        derived.field_name,
        derived.value,
        {{ normalised_value('derived.field_name', 'derived.value') }} as value_normalised,
        coalesce(cells.claims, 0) + 1 as claim_rank,
        true as is_winner,
        true as is_eligible,
        'derived' as strategy,
        'derived' as source_name,
        'derived' as verification,
        0 as text_completeness,
        0 as independent_sources,
        0 as support,
        derived.evidence as quote,
        derived.fetched_at,
        derived.licence,
        derived.may_republish,
        derived.licence_class,
        derived.licence_class != 'restricted' and derived.fits_osm as fits_osm,
        derived.expires_at
    from derived
    left join cells
        on derived.entity_id = cells.entity_id and derived.field_name = cells.field_name

)

select * from entity_claims
-- Sorted, so that a query for one entity reads a few blocks of the file, not all of it.
order by entity_id, field_name, claim_rank, claim_id
