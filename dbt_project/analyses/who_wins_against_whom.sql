-- One row per field and pair of sources that contested a cell.
with entity_conflicts as (

    select * from {{ ref('entity_conflicts') }}

)

select
    field_name,
    winning_source,
    losing_source,
    count(*) as cells,
    min(margin) as narrowest_margin
from entity_conflicts
group by field_name, winning_source, losing_source
order by cells desc, narrowest_margin, field_name, winning_source, losing_source
