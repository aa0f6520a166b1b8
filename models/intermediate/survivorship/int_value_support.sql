-- One row per value of a cell and moment, as it is compared: how many independent sources give it, the sum of their
-- votes, and its probability. Each provenance group has one vote: the best vote of its records and pages.
with independent_sources as (

    select
        entity_id,
        past_moment,
        field_name,
        item,
        value_normalised,
        provenance_group,
        max(vote) as vote
    from {{ ref('int_claims_scored') }}
    where is_eligible
    group by entity_id, past_moment, field_name, item, value_normalised, provenance_group

),

supported as (

    select
        entity_id,
        past_moment,
        field_name,
        item,
        value_normalised,
        sum(vote)::bigint as support,
        count(*) as independent_sources
    from independent_sources
    group by entity_id, past_moment, field_name, item, value_normalised

),

rivals as (

    -- In whole numbers, so that the order in which they are added changes no bit.
    select
        *,
        {{ odds('support') }} as odds,
        sum({{ odds('support') }}) over cell as odds_of_all,
        count(*) over cell as rivals
    from supported
    window cell as (partition by entity_id, past_moment, field_name, item)

)

select
    entity_id,
    past_moment,
    field_name,
    item,
    value_normalised,
    support,
    independent_sources,
    -- The wrong values that nobody named have odds of one to one, each.
    odds / (odds_of_all + {{ odds(0) }} * greatest({{ var('wrong_values') }} + 1 - rivals, 0)) as posterior
from rivals
