-- One row per entity and reason: how many of its claims lost for it. It holds all entities, also after a build that
-- ranked only what changed.
{{ config(keyed_by='entity_id') }}

with ranked as (

    select * from {{ ref('int_claims_ranked') }}
    where is_current

),

losses as (

    select
        entity_id,
        coalesce(lost_because, '') as loss,
        count(*) as claims
    from ranked
    group by entity_id, loss

)

select * from losses
-- Sorted, so that what is about a few entities is in a few parts of the table.
order by entity_id
