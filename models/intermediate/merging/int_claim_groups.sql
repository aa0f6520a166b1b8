-- One row per entity and record that says anything about the address: which record's group goes first. Address and
-- coordinates move together, so that no golden record stands at one source's door with another's postcode.
with grouped as (

    select
        entity_id,
        record_key,
        source_name,
        min(verification_rank) as verification_rank,
        max(decayed_trust) as trust,
        count(*) filter (where field_name in ('street_address', 'postcode', 'latitude')) as told,
        max(confidence) as confidence,
        max(fetched_at) as fetched_at,
        max(value_normalised) filter (where field_name = 'postcode') as postcode
    from {{ ref('int_claims_scored') }}
    where strategy = 'group' and can_win and field_name not in ('country', 'city')
    group by entity_id, record_key, source_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by entity_id
            order by
                source_name = 'manual_override' desc, verification_rank desc, trust desc, told desc, confidence desc,
                fetched_at desc, source_name, record_key
        ) as group_rank
    from grouped

),

firsts as (

    select
        entity_id,
        postcode
    from ranked
    where group_rank = 1

)

select
    ranked.entity_id,
    ranked.record_key,
    ranked.group_rank,
    -- A group may fill what the first leaves open, unless it plainly speaks of another address.
    coalesce(ranked.postcode = firsts.postcode, true) as is_compatible
from ranked
inner join firsts
    on ranked.entity_id = firsts.entity_id
