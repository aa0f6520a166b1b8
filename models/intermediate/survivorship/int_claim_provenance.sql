-- One row per claim that was read on a web page, and snapshot: the independent source that it comes from. Pages of one
-- site are one source, and so are pages that share a passage, and pages known to show what another source gathered.
with page_claims as (

    select * from {{ ref('int_claims') }}
    where page_domain is not null

),

syndication as (

    select * from {{ ref('syndication') }}

),

claims as (

    select
        page_claims.claim_id,
        page_claims.entity_id,
        page_claims.snapshot_at,
        page_claims.is_current,
        page_claims.field_name,
        page_claims.item,
        page_claims.passage,
        len(string_split(page_claims.passage, ' ')) >= {{ var('copied_passage_words') }} as is_telling,
        -- A source goes before a site: whoever shares its words has them from there.
        {
            'is_site': contains(coalesce(syndication.provenance_group, page_claims.page_domain), '.'),
            'name': coalesce(syndication.provenance_group, page_claims.page_domain)
        } as site
    from page_claims
    left join syndication
        on page_claims.page_domain = syndication.domain

),

copied as (

    select
        *,
        if(
            is_telling, min(site) over (partition by entity_id, snapshot_at, field_name, item, passage), site
        ) as copied_from
    from claims

),

provenance_groups as (

    select
        claim_id,
        snapshot_at,
        is_current,
        (min(copied_from) over (partition by entity_id, snapshot_at, field_name, item, site)).name as provenance_group
    from copied

)

select * from provenance_groups
