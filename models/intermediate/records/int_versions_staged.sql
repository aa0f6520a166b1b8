-- One row per version of a record that this build stages, if it describes a place.
{{ config(materialized='view') }}

with record_versions as (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

lists_staged_before as (

    select source_name from {{ ref('stg_lists__landed') }}
    where not is_staged

),

staged as (

    select * from record_versions
    anti join lists_staged_before
        on record_versions.source_name = lists_staged_before.source_name

)

select * from staged
