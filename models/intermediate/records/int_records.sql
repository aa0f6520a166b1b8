-- One row per source record in its current version: the input of the matching.
{{ config(materialized='view') }}

with int_record_versions as (

    select * from {{ ref('int_record_versions') }}

),

current_versions as (

    select * from int_record_versions
    where replaced_at is null

)

select * from current_versions
