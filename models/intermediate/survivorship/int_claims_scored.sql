-- One row per claim and snapshot, with the factors that rank it: trust after age, eligibility and vote.
{{ config(materialized='view') }}

with claims as (

    select * from {{ ref('int_claims') }}

),

terms as (

    select * from {{ ref('int_claim_settings') }}

),

provenance_groups as (

    select * from {{ ref('int_claim_provenance') }}

),

with_settings as (

    select
        claims.* exclude (page_domain, passage, version_no, valid_from, replaced_at, licence, may_republish),
        terms.strategy,
        coalesce(terms.is_monitored, false) as is_monitored,
        terms.trust,
        terms.half_life_days,
        -- The record's own licence comes first, where its source gathers data under several licences.
        coalesce(claims.licence, terms.licence) as licence,
        coalesce(claims.may_republish, id_terms.may_republish, terms.may_republish) as may_republish,
        coalesce(provenance_groups.provenance_group, claims.source_name) as provenance_group,
        list_contains({{ var('contact_fields') }}, claims.field_name) and provenance_groups.claim_id is not null
            as is_page_contact,
        claims.fetched_at
        + to_days(if(id_terms.source_name is null, terms.retention_days, id_terms.retention_days)) as expires_at,
        coalesce(claims.source_updated_at, claims.fetched_at) as stated_at
    from claims
    left join terms
        on
            claims.source_name = terms.source_name
            and claims.field_name = terms.field_name
            and terms.id_namespace is null
    left join terms as id_terms
        on
            claims.source_name = id_terms.source_name
            and claims.field_name = id_terms.field_name
            and split_part(claims.item, '=', 1) = id_terms.id_namespace
    left join provenance_groups
        on claims.claim_id = provenance_groups.claim_id and claims.snapshot_at = provenance_groups.snapshot_at

),

decayed as (

    select
        *,
        greatest(date_sub('day', stated_at, snapshot_at), 0) as age_days,
        coalesce(expires_at <= snapshot_at, false) as is_expired,
        {{ verification_rank('verification') }} as verification_rank,
        case
            when strategy = 'narrative'
                then
                    least(length(value), {{ var('longest_text') }})
                    * if(regexp_matches(lower(value), '{{ var("boilerplate_pattern") }}'), 0, 1)
            else 0
        end as text_completeness
    from with_settings

),

with_trust as (

    select
        *,
        -- Rounded, so that floating-point noise never decides.
        round(trust * coalesce(pow(0.5, age_days / half_life_days), 1) * {{ belief_in('doubt') }}, 4) as decayed_trust,
        case
            when is_placeholder then 'placeholder'
            when verification = 'rejected' then if(rejected_because = 'other_entity', 'other_entity', 'unverified')
            when is_expired then 'expired'
        end as ineligible_reason
    from decayed

),

voted as (

    select
        *,
        ineligible_reason is null as is_eligible,
        if(ineligible_reason is null, {{ vote('decayed_trust', 'verification') }}, 0) as vote
    from with_trust

)

select * from voted
