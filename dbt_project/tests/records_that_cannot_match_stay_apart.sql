-- Belief: two records that a person said cannot match are in different entities. A third record that matches both can
-- still join them; then the person's word was not kept, and a `must_match` or a second `cannot_match` has to settle it.
select
    overrides.left_record_key,
    overrides.right_record_key,
    lefts.entity_id
from {{ ref('match_overrides') }} as overrides
inner join {{ ref('int_record_entities') }} as lefts
    on overrides.left_record_key = lefts.record_key
inner join {{ ref('int_record_entities') }} as rights
    on overrides.right_record_key = rights.record_key and lefts.entity_id = rights.entity_id
where overrides.decision = 'cannot_match'
