-- One row per golden cell that a publication changed: its value from then on, and the cause. It is a view, so the
-- publication's own changes are there.
{{ config(materialized='view') }}

with stg_ops__cell_changes as (

    select * from {{ ref('stg_ops__cell_changes') }}

),

stg_ops__publications as (

    select * from {{ ref('stg_ops__publications') }}

),

published_changes as (

    select
        changes.publication_no,
        publications.build_id,
        changes.entity_id,
        changes.slug,
        changes.entity_name,
        changes.field_name,
        changes.value,
        changes.sources,
        changes.records,
        changes.hand,
        changes.why,
        changes.expires_at,
        changes.purged_at
    from stg_ops__cell_changes as changes
    inner join stg_ops__publications as publications
        on changes.publication_no = publications.publication_no

)

select * from published_changes
