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
        as_of,
        published_at,
        entities
    from stg_ops__publications

)

select * from publications
