-- One row per landing, which is a record in one answer of a source, or in one load of a declared list. All have one
-- shape.
{{ config(materialized='view') }}

with declared as (

    select source_name from {{ ref('stg_ops__lists') }}

),

loads as (

    select * from {{ source('raw', 'list_loads') }}

),

landed_lists as (

    select * from {{ source('raw', 'lists') }}

),

landings as (

    {% for source_name in var('sources') %}
    select
        '{{ source_name }}' as source_name,
        source_record_id,
        run_id,
        payload_hash,
        result_rank,
        payload
    from {{ source('raw', source_name) }}
    union all
    {% endfor %}
    select
        landed.source_name,
        landed.source_record_id,
        landed.run_id,
        landed.payload_hash,
        landed.result_rank,
        landed.payload
    from landed_lists as landed
    semi join loads
        on landed.source_name = loads.source_name and landed.run_id = loads.run_id
    semi join declared
        on landed.source_name = declared.source_name

)

select * from landings
