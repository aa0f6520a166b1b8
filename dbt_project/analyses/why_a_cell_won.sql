-- Every claim about one cell, winner first: the content of `trigpoint explain`, as SQL.
with entity_claims as (

    select * from {{ ref('entity_claims') }}

),

entities as (

    select * from {{ ref('entities') }}

)

select
    entities.entity_name,
    entity_claims.field_name,
    entity_claims.claim_rank,
    entity_claims.source_name,
    entity_claims.value,
    entity_claims.decayed_trust,
    entity_claims.lost_because,
    entity_claims.quote
from entity_claims
inner join entities
    on entity_claims.entity_id = entities.entity_id
where entities.slug = 'powerleague-portobello' and entity_claims.field_name = 'phone'
order by entity_claims.claim_rank
