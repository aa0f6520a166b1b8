-- One row per claim from a web page and snapshot: its provenance group, which is one independent source. Pages of one
-- site are one group, with their data for machines. So are pages that share a passage, and pages known to show data of
-- another source.
with int_claims as not materialized (

    select * from {{ ref('int_claims') }}

),

public_suffixes as (

    select * from {{ ref('public_suffixes') }}

),

claims_of_data as (

    -- The data of a page has the key of the page, and this mark.
    select * from int_claims
    where page_domain is null and ends_with(source_record_id, '#place')

),

domains as (

    {{ registrable_domains('claims_of_data', 'source_record_id') }}

),

page_claims as (

    select * from int_claims
    where page_domain is not null
    union all by name
    select claims_of_data.* replace (domains.domain as page_domain)
    from claims_of_data
    inner join domains
        on {{ host_of('claims_of_data.source_record_id') }} = domains.host

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
