-- One row per source and field: how far it is believed, how fast its word ages, and what its terms allow. What is said
-- of a source as a whole holds where nothing is said of the field.
select
    strategies.field_name,
    sources.source_name,
    strategies.strategy,
    strategies.is_monitored,
    coalesce(own.trust, general.trust) as trust,
    half_life.half_life_days,
    -- Not the first that is given: a group without a number of days may be kept for ever.
    if(kept.source_name is null, whole.retention_days, kept.retention_days) as retention_days,
    coalesce(kept.republish, whole.republish, catalogue.republish) as may_republish,
    catalogue.licence
from {{ ref('field_strategies') }} as strategies
cross join (select distinct source_name from {{ ref('source_trust') }}) as sources
left join {{ ref('source_trust') }} as own
    on sources.source_name = own.source_name and strategies.field_name = own.field_name
left join {{ ref('source_trust') }} as general
    on sources.source_name = general.source_name and general.field_name = '*'
left join {{ ref('field_half_life') }} as half_life
    on strategies.field_name = half_life.field_name
left join {{ ref('source_terms') }} as kept
    on sources.source_name = kept.source_name and strategies.terms_group = kept.field_group
left join {{ ref('source_terms') }} as whole
    on sources.source_name = whole.source_name and whole.field_group = 'all'
left join {{ ref('sources') }} as catalogue
    on sources.source_name = catalogue.source_name
