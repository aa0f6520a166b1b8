-- One row per claim from a web page and snapshot: its provenance group, which is one independent source. Pages of one
-- site are one group. So are pages that share a passage, and pages known to show data of another source.
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
        len(string_split(page_claims.passage, ' ')) >= {{ var('copied_passage_words') }} as is_long_passage,
        -- A source comes before a site: a site with the same words copied them from the source.
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
            is_long_passage, min(site) over (partition by entity_id, snapshot_at, field_name, item, passage), site
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
