-- One row per record without a loss reason that belongs to no entity, with why.
select
    record_key,
    'part_without_venue' as loss
from {{ ref('int_sub_venues_placed') }}
where cluster_key is null
