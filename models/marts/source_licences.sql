-- One row per source, with the licence and attribution that whoever uses its data needs.
{{ config(alias='sources') }}

select
    source_name,
    kind,
    licence,
    attribution
from {{ ref('sources') }}
