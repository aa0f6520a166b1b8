-- One row per record that is matched now: the entity it belongs to, and by what.
with current_ids as (

    select
        record_key,
        max_by(entity_id, (assigned_at, run_id)) as entity_id
    from {{ ref('int_entity_id_log') }}
    group by record_key

)

select
    clusters.record_key,
    current_ids.entity_id,
    clusters.match_role,
    clusters.matched_by,
    clusters.match_probability
from {{ ref('int_clusters') }} as clusters
inner join current_ids
    on clusters.record_key = current_ids.record_key
