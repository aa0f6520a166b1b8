-- One row per golden record: its slug. If several golden records want the same slug, each gets a part of its id at the
-- end.
{{ config(materialized='view') }}

with int_entity_names as (

    select * from {{ ref('int_entity_names') }}

),

slugs as (

    select
        entity_id,
        if(
            count(*) over (partition by wanted_slug) > 1 or wanted_slug = '',
            ltrim(wanted_slug || '-' || substr(entity_id, 4, 6), '-'), wanted_slug
        ) as slug
    from int_entity_names

)

select * from slugs
