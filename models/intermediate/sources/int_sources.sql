-- One row per source: those of the seed, and the lists that a person declares. `trigpoint eval matching` also lands
-- lists under the name of a source of the seed; then the list counts.
{{ config(materialized='view') }}

with sources as (

    select * from {{ ref('sources') }}

),

stg_ops__lists as (

    select * from {{ ref('stg_ops__lists') }}

),

unioned as (

    select
        source_name,
        kind,
        is_structured,
        repeats_places,
        licence,
        licence_class,
        republish,
        attribution
    from sources
    anti join stg_ops__lists as declared
        on sources.source_name = declared.source_name
    union all
    select
        source_name,
        'list' as kind,
        true as is_structured,
        coalesce(repeats_places, 'measured') as repeats_places,
        licence,
        case
            when not coalesce(republish, false) then 'restricted'
            when share_alike then 'share_alike'
            when attribution is not null then 'attribution'
            else 'open'
        end as licence_class,
        republish,
        attribution
    from stg_ops__lists

)

select * from unioned
