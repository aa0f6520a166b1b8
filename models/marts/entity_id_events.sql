-- One row per event in the life of an entity id.
select
    entity_id,
    event,
    other_entity_id::varchar as other_entity_id,
    run_id,
    happened_at
from {{ ref('int_entity_id_events') }}
