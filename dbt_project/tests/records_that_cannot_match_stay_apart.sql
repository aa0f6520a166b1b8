-- Belief: two records that a person said cannot match are in different entities. Where it is false, two decisions
-- contradict each other, and one of them has to be taken back.
select
    overrides.left_record_key,
    overrides.right_record_key,
    lefts.entity_id
from {{ ref('match_overrides') }} as overrides
inner join {{ ref('int_record_entities') }} as lefts
    on overrides.left_record_key = lefts.record_key
inner join {{ ref('int_record_entities') }} as rights
    on overrides.right_record_key = rights.record_key and lefts.entity_id = rights.entity_id
where
    overrides.decision = 'cannot_match'
    -- A court or pitch goes where it lies, whatever was decided: override_reviews says so.
    and lefts.match_role is distinct from 'part'
    and rights.match_role is distinct from 'part'
