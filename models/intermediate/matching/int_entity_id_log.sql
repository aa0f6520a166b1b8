-- One row per change of a record's entity, append only: ids are minted here once, and everything about their history is
-- read from here. A cluster keeps the id that most of its records have; one that was absorbed and is parted again gets
-- back the id it had; a new one gets a new id.
{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false) }}

with context as (

    select * from {{ source('ops', 'build_context') }}

),

clusters as (

    select * from {{ ref('int_clusters') }}

),

{% if is_incremental() %}
history as (

    select distinct
        record_key,
        entity_id
    from {{ this }}

),

current_ids as (

    select
        record_key,
        max_by(entity_id, (assigned_at, run_id)) as entity_id
    from {{ this }}
    group by record_key

),

minted as (

    select
        entity_id,
        min((assigned_at, run_id)) as first_assigned
    from {{ this }}
    group by entity_id

),
{% else %}
history as (

    select
        null::varchar as record_key,
        null::varchar as entity_id
    where false

),

current_ids as (

    select * from history

),

minted as (

    select
        null::varchar as entity_id,
        null as first_assigned
    where false

),
{% endif %}

claims as (

    -- Which old ids a cluster's records bring, and how many records each.
    select
        clusters.cluster_key,
        current_ids.entity_id,
        minted.first_assigned,
        count(*) filter (where clusters.match_role = 'member') as members
    from clusters
    inner join current_ids
        on clusters.record_key = current_ids.record_key
    inner join minted
        on current_ids.entity_id = minted.entity_id
    group by clusters.cluster_key, current_ids.entity_id, minted.first_assigned

),

best_cluster as (

    -- An id that was split goes to one cluster only: the one with most of its records.
    select
        *,
        row_number() over (partition by entity_id order by members desc, cluster_key) as cluster_rank
    from claims

),

inherited as (

    select
        cluster_key,
        entity_id,
        row_number() over (
            partition by cluster_key order by members desc, first_assigned, entity_id
        ) as id_rank
    from best_cluster
    where cluster_rank = 1

),

former as (

    -- Ids that no record has any more, for clusters that inherit none.
    select
        clusters.cluster_key,
        history.entity_id,
        minted.first_assigned,
        count(*) filter (where clusters.match_role = 'member') as members
    from clusters
    inner join history
        on clusters.record_key = history.record_key
    inner join minted
        on history.entity_id = minted.entity_id
    anti join inherited
        on clusters.cluster_key = inherited.cluster_key
    anti join current_ids
        on history.entity_id = current_ids.entity_id
    group by clusters.cluster_key, history.entity_id, minted.first_assigned

),

returned as (

    select
        cluster_key,
        entity_id,
        row_number() over (
            partition by cluster_key order by members desc, first_assigned, entity_id
        ) as id_rank
    from (
        select
            *,
            row_number() over (partition by entity_id order by members desc, cluster_key) as cluster_rank
        from former
    ) as former_ranked
    where cluster_rank = 1

),

assigned as (

    select
        clusters.record_key,
        coalesce(
            inherited.entity_id,
            returned.entity_id,
            'tp_' || substr(md5(context.run_id || ' ' || clusters.cluster_key), 1, 16)
        ) as entity_id,
        context.run_id,
        context.as_of as assigned_at
    from clusters
    left join inherited
        on clusters.cluster_key = inherited.cluster_key and inherited.id_rank = 1
    left join returned
        on clusters.cluster_key = returned.cluster_key and returned.id_rank = 1
    cross join context

)

select assigned.*
from assigned
left join current_ids
    on assigned.record_key = current_ids.record_key
where assigned.entity_id is distinct from current_ids.entity_id
