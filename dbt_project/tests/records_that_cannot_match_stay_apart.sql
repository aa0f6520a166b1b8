-- Two records with a `cannot_match` decision are in different entities. A failure means that two decisions contradict
-- each other, and a person must remove one.
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
    -- A court or pitch always joins the venue around it; override_reviews lists such a decision.
    and lefts.match_role is distinct from 'part'
    and rights.match_role is distinct from 'part'
