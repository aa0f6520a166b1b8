-- One row per absorbed entity id, and the living one it leads to.
select
    old_entity_id,
    entity_id
from {{ ref('int_entity_redirects') }}
