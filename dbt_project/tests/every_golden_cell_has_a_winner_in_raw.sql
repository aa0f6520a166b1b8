-- The winning claim of each golden cell has its payload in `raw`, in the version that was used; or a person corrected
-- the cell; or it is derived from such cells. A failure means a golden value without a source.
with landed as (

    select * from {{ ref('int_landings') }}

),

traced as (

    select
        winners.entity_id,
        winners.snapshot_at,
        winners.field_name
    from {{ ref('int_claims_ranked') }} as winners
    inner join {{ ref('int_claims') }} as claims
        on winners.claim_id = claims.claim_id and winners.snapshot_at = claims.snapshot_at
    left join landed
        on
            winners.source_name = landed.source_name
            and winners.source_record_id = landed.source_record_id
            and claims.run_id = landed.run_id
            and claims.payload_hash = landed.payload_hash
    where
        winners.is_winner
        and (landed.source_record_id is not null or winners.source_name = 'manual_override')
    group by winners.entity_id, winners.snapshot_at, winners.field_name

)

select
    cells.entity_id,
    cells.field_name
from {{ ref('int_golden_cells') }} as cells
left join traced
    on
        cells.entity_id = traced.entity_id
        and cells.field_name = traced.field_name
        and cells.snapshot_at = traced.snapshot_at
where traced.entity_id is null and cells.source_name is distinct from 'derived'
