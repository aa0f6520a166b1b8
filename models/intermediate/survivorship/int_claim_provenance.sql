-- One row per claim that was read on a web page, and moment: where it comes from. Pages of one site are one voice, and
-- so are pages that say it in the same passage, and those known to show what another source gathered.
with claims as (

    select
        claims.claim_id,
        claims.entity_id,
        claims.past_moment,
        claims.field_name,
        claims.item,
        claims.passage,
        len(string_split(claims.passage, ' ')) >= {{ var('copied_passage_words') }} as is_telling,
        -- A source goes before a site: whoever shares its words has them from there.
        {
            'is_site': contains(coalesce(syndication.provenance_group, claims.page_domain), '.'),
            'name': coalesce(syndication.provenance_group, claims.page_domain)
        } as site
    from {{ ref('int_claims') }} as claims
    left join {{ ref('syndication') }} as syndication
        on claims.page_domain = syndication.domain
    where claims.page_domain is not null

),

copied as (

    select
        *,
        if(
            is_telling, min(site) over (partition by entity_id, past_moment, field_name, item, passage), site
        ) as copied_from
    from claims

)

select
    claim_id,
    past_moment,
    (min(copied_from) over (partition by entity_id, past_moment, field_name, item, site)).name as provenance_group
from copied
