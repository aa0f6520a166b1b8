-- One row per entity and moment at which it is closed for good, or only planned: hours at which it is open have no
-- meaning then, whoever gives them.
with statements as (

    select
        *,
        is_eligible as is_eligible_in_cell,
        null::bigint as group_rank,
        source_name = 'manual_override' as is_override,
        round(decayed_trust) as trust_points
    from {{ ref('int_claims_supported') }}
    where field_name = 'operating_status'

),

ranked as (

    select
        entity_id,
        past_moment,
        value,
        is_eligible_in_cell,
        row_number() over (
            partition by entity_id, past_moment
            {{ claims_in_order() }}
        ) as claim_rank
    from statements

)

select
    entity_id,
    past_moment
from ranked
where claim_rank = 1 and is_eligible_in_cell and value in ('closed_permanently', 'planned')
