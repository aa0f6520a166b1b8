-- One row per golden record that this build ranks or that wants the slug of one of these, with its slug. If several
-- golden records want the same slug, each gets a part of its id at the end.
with int_entity_names as not materialized (

    select * from {{ ref('int_entity_names') }}

),

to_rank as (

    select * from {{ ref('int_entities_to_rank') }}

),

wanted as (

    select distinct int_entity_names.wanted_slug
    from int_entity_names
    semi join to_rank
        on int_entity_names.entity_id = to_rank.entity_id

),

slugs as (

    select
        names.entity_id,
        {{ slug_among_names('names') }} as slug
    from int_entity_names as names
    semi join wanted
        on names.wanted_slug = wanted.wanted_slug

)

select * from slugs
