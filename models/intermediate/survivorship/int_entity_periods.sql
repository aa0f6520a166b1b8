-- One row per entity and period in which nothing that is said of it changed; the last has no end. History looks at a
-- past period at its start, and at the last one now.
with changes as (

    select
        record_entities.entity_id,
        record_versions.valid_from as changed_at
    from {{ ref('int_record_versions') }} as record_versions
    inner join {{ ref('int_record_entities') }} as record_entities
        on record_versions.record_key = record_entities.record_key
    union
    select
        entity_id,
        valid_from
    from {{ ref('int_overrides') }}
    where entity_id is not null
    union
    select
        entity_id,
        retired_at
    from {{ ref('int_overrides') }}
    where entity_id is not null and retired_at is not null

)

select
    changes.entity_id,
    changes.changed_at as period_start,
    lead(changes.changed_at) over (partition by changes.entity_id order by changes.changed_at) as period_end
from changes
cross join {{ source('ops', 'build_context') }} as context
where changes.changed_at <= context.as_of
