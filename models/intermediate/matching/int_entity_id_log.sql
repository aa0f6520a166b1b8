-- One row per change of a record's entity, append only. Entity ids are minted here once, and their whole history is
-- in this log. A cluster keeps the id that most of its records have. If an absorbed cluster is split off again, it
-- gets its former id back. A new cluster gets a new id, made from its first record, so the same history gives the
-- same ids in every warehouse.
{{ config(
    materialized='incremental', incremental_strategy='append', full_refresh=false, pre_hook="{{ take_back_ids() }}"
) }}

with context as (

    select * from {{ ref('stg_ops__build_context') }}

),

all_clusters as not materialized (

    select * from {{ ref('int_clusters') }}

),

to_cluster as (

    select record_key from {{ ref('int_records_to_cluster') }}

),

whole_log as not materialized (

    {% if is_incremental() %}
    select * from {{ this }}
    {% else %}
    select
        null::varchar as record_key,
        null::varchar as entity_id,
        null::varchar as run_id,
        null::timestamp as assigned_at
    where false
    {% endif %}

),

-- Only these clusters can be others than in the build before: of a record that was clustered, or of a sub-venue.
clusters_made as (

    select all_clusters.cluster_key
    from all_clusters
    semi join to_cluster
        on all_clusters.record_key = to_cluster.record_key
    union all
    select cluster_key from all_clusters
    where match_role = 'part'

),

records_made as (

    select all_clusters.record_key
    from all_clusters
    semi join clusters_made
        on all_clusters.cluster_key = clusters_made.cluster_key

),

-- A record may come back with an id that another cluster has now.
{{ records_of_the_same_ids('records_made', 'whole_log', 'rivals') }},

clusters_reached as (

    select cluster_key from clusters_made
    union all
    select all_clusters.cluster_key
    from all_clusters
    semi join rivals
        on all_clusters.record_key = rivals.record_key

),

clusters_to_name as materialized (

    select all_clusters.*
    from all_clusters
    semi join clusters_reached
        on all_clusters.cluster_key = clusters_reached.cluster_key

),

{{ records_of_the_same_ids('clusters_to_name', 'whole_log', 'records_known') }},

log as materialized (

    select whole_log.*
    from whole_log
    semi join records_known
        on whole_log.record_key = records_known.record_key

),

{{ current_ids('log') }},

located as (

    select
        clusters_to_name.cluster_key,
        current_ids.entity_id
    from clusters_to_name
    left join current_ids
        on clusters_to_name.record_key = current_ids.record_key

),

-- Most clusters are as they were: all their records have one id, and no record of another cluster has it. They keep it.
shared_ids as (

    select entity_id from located
    where entity_id is not null
    group by entity_id
    having min(cluster_key) != max(cluster_key)

),

unsettled as (

    select cluster_key from located
    group by cluster_key
    having count(entity_id) < count(*) or min(entity_id) != max(entity_id)
    union all
    select located.cluster_key from located
    semi join shared_ids
        on located.entity_id = shared_ids.entity_id

),

clusters as (

    select * from clusters_to_name
    semi join unsettled
        on clusters_to_name.cluster_key = unsettled.cluster_key

),

history as (

    select distinct
        log.record_key,
        log.entity_id
    from log
    semi join clusters
        on log.record_key = clusters.record_key

),

record_ids as (

    -- The ids that a record may bring to its cluster: its current one, and former ones that no record has now.
    select
        current_ids.record_key,
        current_ids.entity_id,
        true as is_current
    from current_ids
    semi join clusters
        on current_ids.record_key = clusters.record_key
    union all
    select
        history.record_key,
        history.entity_id,
        false as is_current
    from history
    anti join current_ids
        on history.entity_id = current_ids.entity_id

),

minted as (

    select
        log.entity_id,
        min((log.assigned_at, log.run_id)) as first_assigned
    from log
    semi join record_ids
        on log.entity_id = record_ids.entity_id
    group by log.entity_id

),

cluster_ids as (

    select
        clusters.cluster_key,
        record_ids.entity_id,
        record_ids.is_current,
        minted.first_assigned,
        count(*) filter (where clusters.match_role = 'member') as members
    from clusters
    inner join record_ids
        on clusters.record_key = record_ids.record_key
    inner join minted
        on record_ids.entity_id = minted.entity_id
    group by clusters.cluster_key, record_ids.entity_id, record_ids.is_current, minted.first_assigned

),

preferred_ids as (

    select
        *,
        row_number() over (
            partition by cluster_key, is_current
            order by members desc, first_assigned, entity_id
        ) as preference
    from cluster_ids

),

clusters_with_current_id as (

    -- The clusters that keep a current id.
    select cluster_key from preferred_ids
    where is_current
    qualify row_number() over (partition by entity_id order by members desc, preference, cluster_key) = 1

),

assignable_ids as (

    -- An id that was split goes to one cluster only: the one with most of its records, and of two with as many, the
    -- one that has no better id. A former id returns only to a cluster that keeps no current id.
    select * from preferred_ids
    where is_current or cluster_key not in (select cluster_key from clusters_with_current_id)
    qualify row_number() over (partition by entity_id order by members desc, preference, cluster_key) = 1

),

kept_ids as (

    select
        cluster_key,
        entity_id
    from assignable_ids
    qualify row_number() over (partition by cluster_key order by members desc, first_assigned, entity_id) = 1

),

possible_ids as (

    -- A cluster is named after its first record. If that record founded an entity before and left it, the next number
    -- is tried. A record cannot have founded more ids than it has had, so that count is the bound.
    select
        clusters.cluster_key,
        unnest(range(1, count(history.entity_id) + 2)) as attempt_no,
        'tp_' || substr(md5(attempt_no || ' ' || clusters.cluster_key), 1, 16) as entity_id
    from clusters
    left join history
        on clusters.cluster_key = history.record_key
    anti join kept_ids
        on clusters.cluster_key = kept_ids.cluster_key
    group by clusters.cluster_key

),

taken_ids as (

    select whole_log.entity_id
    from whole_log
    semi join possible_ids
        on whole_log.entity_id = possible_ids.entity_id

),

new_ids as (

    select
        possible_ids.cluster_key,
        min_by(possible_ids.entity_id, possible_ids.attempt_no) as entity_id
    from possible_ids
    anti join taken_ids
        on possible_ids.entity_id = taken_ids.entity_id
    group by possible_ids.cluster_key

),

assigned as (

    select
        clusters.record_key,
        coalesce(kept_ids.entity_id, new_ids.entity_id) as entity_id,
        context.run_id,
        context.as_of as assigned_at
    from clusters
    left join kept_ids
        on clusters.cluster_key = kept_ids.cluster_key
    left join new_ids
        on clusters.cluster_key = new_ids.cluster_key
    cross join context

),

changes as (

    select assigned.*
    from assigned
    left join current_ids
        on assigned.record_key = current_ids.record_key
    where assigned.entity_id is distinct from current_ids.entity_id

)

select * from changes
