-- One row per entity that a single source knows.
with entities as (

    select * from {{ ref('entities') }}

),

entity_records as (

    select * from {{ ref('entity_records') }}

),

known_by_one as (

    select
        entity_id,
        min(source_name) as source_name,
        count(*) as records
    from entity_records
    group by entity_id
    having count(distinct source_name) = 1

)

select
    entities.entity_name,
    entities.locality,
    entities.postcode,
    known_by_one.source_name,
    known_by_one.records
from known_by_one
inner join entities
    on known_by_one.entity_id = entities.entity_id
order by known_by_one.source_name, entities.entity_name, entities.entity_id
