-- One row per change of a record's entity, append only: ids are minted here once, and everything about their history is
-- read from here. A cluster keeps the id that most of its records have; one that was absorbed and is parted again gets
-- back the id it had; a new one gets a new id, made from the record that founds it: the same history gives the same ids
-- in every warehouse.
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

founders as (

    -- A cluster is named after the first of its records. The ids that this one has had bound those that it founded.
    select
        clusters.cluster_key,
        count(history.entity_id) as ids_before
    from clusters
    left join history
        on clusters.cluster_key = history.record_key
    anti join inherited
        on clusters.cluster_key = inherited.cluster_key
    anti join returned
        on clusters.cluster_key = returned.cluster_key
    group by clusters.cluster_key

),

mintable as (

    -- A record that founded an entity before, and has left it to others since, founds the next by its number.
    select
        cluster_key,
        founding_no,
        'tp_' || substr(md5(founding_no || ' ' || cluster_key), 1, 16) as entity_id
    from (
        select
            cluster_key,
            unnest(range(1, ids_before + 2)) as founding_no
        from founders
    ) as foundings

),

founded as (

    select
        mintable.cluster_key,
        min_by(mintable.entity_id, mintable.founding_no) as entity_id
    from mintable
    anti join minted
        on mintable.entity_id = minted.entity_id
    group by mintable.cluster_key

),

assigned as (

    select
        clusters.record_key,
        coalesce(inherited.entity_id, returned.entity_id, founded.entity_id) as entity_id,
        context.run_id,
        context.as_of as assigned_at
    from clusters
    left join inherited
        on clusters.cluster_key = inherited.cluster_key and inherited.id_rank = 1
    left join returned
        on clusters.cluster_key = returned.cluster_key and returned.id_rank = 1
    left join founded
        on clusters.cluster_key = founded.cluster_key
    cross join context

)

select assigned.*
from assigned
left join current_ids
    on assigned.record_key = current_ids.record_key
where assigned.entity_id is distinct from current_ids.entity_id
