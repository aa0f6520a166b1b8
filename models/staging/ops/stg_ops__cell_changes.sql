-- One row per golden cell that a publication changed.
with cell_changes as (

    select
        publication_no,
        entity_id,
        field_name,
        slug,
        entity_name,
        value,
        sources,
        records,
        hand,
        why,
        expires_at,
        purged_at
    from {{ source('ops', 'cell_changes') }}

)

select * from cell_changes
