-- One row per published version, from a run or from a command that builds without asking the sources. It is a view,
-- so the version's own row is current.
{{ config(materialized='view') }}

with stg_ops__publications as (

    select * from {{ ref('stg_ops__publications') }}

),

publications as (

    select
        publication_no,
        build_id,
        run_id,
        command,
        engine,
        as_of,
        published_at,
        entities,
        (touched ->> 'records_new')::bigint as records_new,
        (touched ->> 'records_changed')::bigint as records_changed,
        (touched ->> 'records_gone')::bigint as records_gone,
        (touched ->> 'pairs_compared')::bigint as pairs_compared,
        touched -> 'entities' as entities_ranked,
        (touched ->> 'entities_left')::bigint as entities_left,
        touched ->> 'ranks_all_because' as ranks_all_because
    from stg_ops__publications

)

select * from publications
