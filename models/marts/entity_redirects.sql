-- One row per absorbed entity id, with the id that replaces it.
with int_entity_redirects as (

    select * from {{ ref('int_entity_redirects') }}

),

redirects as (

    select
        old_entity_id,
        entity_id
    from int_entity_redirects

)

select * from redirects
