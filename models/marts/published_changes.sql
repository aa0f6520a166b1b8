-- One row per golden cell that a publication changed: what it has held since, and by whose hand. A view, so that the
-- publication's own changes are there.
{{ config(materialized='view') }}

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
from {{ source('ops', 'cell_changes') }} as changes
inner join {{ source('ops', 'publications') }} as publications
    on changes.publication_no = publications.publication_no
