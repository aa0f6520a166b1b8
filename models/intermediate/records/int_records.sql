-- One row per source record, as it stands now: what is matched.
{{ config(materialized='view') }}

select * from {{ ref('int_record_versions') }}
where replaced_at is null
