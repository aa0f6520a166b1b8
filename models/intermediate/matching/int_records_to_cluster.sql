-- One row per record of a component that this build clusters: one of its records is compared again, or has other links
-- than in the build before. A record that cannot be matched any more has no component.
with components as not materialized (

    select * from {{ ref('int_components') }}

),

numbers as not materialized (

    select
        record_no,
        record_key,
        matched_because
    from {{ ref('int_record_numbers') }}

),

links as (

    select
        record_no,
        linked_at
    from {{ ref('int_record_links') }}

),

context as (

    select as_of from {{ ref('stg_ops__build_context') }}

),

reached as (

    select record_no from numbers
    where matched_because is not null
    union
    select links.record_no
    from links
    inner join context
        on links.linked_at >= context.as_of

),

components_reached as materialized ( -- otherwise all records are joined first

    select components.component_no
    from components
    semi join reached
        on components.record_no = reached.record_no

),

members as materialized (

    select components.* from components
    semi join components_reached
        on components.component_no = components_reached.component_no
    union all
    select
        reached.record_no,
        null as component_no
    from reached
    anti join components
        on reached.record_no = components.record_no

),

to_cluster as (

    select
        members.record_no,
        numbers.record_key,
        members.component_no
    from members
    inner join numbers
        on members.record_no = numbers.record_no

)

select * from to_cluster
