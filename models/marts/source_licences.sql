-- One row per source, with the licence and attribution that a user of its data needs.
{{ config(alias='sources') }}

with sources as (

    select * from {{ ref('int_sources') }}

),

licences as (

    select
        source_name,
        kind,
        licence,
        licence_class,
        attribution
    from sources

)

select * from licences
