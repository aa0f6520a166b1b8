-- One row per correction that a person should look at again: the source came to say something else, or there is nothing
-- that it corrects.
select
    override_id,
    entity_id,
    field_name,
    value,
    reason,
    author,
    if(entity_id is null, 'nothing_to_correct', 'source_changed') as review_because,
    changed_record,
    said_then,
    said_since,
    retired_at
from {{ ref('int_overrides') }}
where entity_id is null or retired_at is not null
