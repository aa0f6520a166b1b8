-- One row per version of a record that this build stages, if it describes a place.
{{ config(materialized='view') }}

with record_versions as not materialized (

    select * from {{ ref('int_record_versions') }}
    where loss_reason is null

),

lists_staged_before as (

    select source_name from {{ ref('stg_lists__landed') }}
    where not is_staged

),

staged_now as (

    -- Few names. With them, the other columns of the rows that are left out are not read.
    select distinct record_versions.source_name
    from record_versions
    anti join lists_staged_before
        on record_versions.source_name = lists_staged_before.source_name

),

staged as (

    select * from record_versions
    semi join staged_now
        on record_versions.source_name = staged_now.source_name

)

select * from staged
