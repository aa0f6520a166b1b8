-- One row per landing, which is a record in one answer of a source. All sources have one shape.
{{ config(materialized='view') }}

with landings as (

    {% for source_name in var('sources') %}
    select
        '{{ source_name }}' as source_name,
        source_record_id,
        run_id,
        payload_hash,
        result_rank,
        payload
    from {{ source('raw', source_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from landings
