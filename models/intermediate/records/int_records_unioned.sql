-- One row per source record and version from its staging model, all sources in one shape.
{{ config(materialized='view') }}

with unioned as (

    {% for source_name in var('sources') %}
    select * from {{ ref('stg_' ~ source_name ~ '__places') }}
    union all
    {% endfor %}
    select * from {{ ref('stg_lists__places') }}

)

select * from unioned
