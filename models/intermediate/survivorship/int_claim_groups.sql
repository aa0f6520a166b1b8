-- One row per entity, snapshot and record that has a claim about the address: the rank of the record's address. Address
-- and coordinates move together, so that no golden record has the street of one source and the postcode of another.
{% set goes_first = 'order by verification_rank desc, support desc, confidence desc nulls last, claim_id' %}
with address_claims as (

    select * from {{ ref('int_claims_supported') }}
    where
        strategy = 'group'
        and is_eligible
        -- Shared by half the city, and a person corrects a cell, not an address.
        and field_name not in ('country', 'city')
        and source_name != 'manual_override'

),

grouped as (

    -- A page that is read twice, by rules and by a model, says no more than one that is read once.
    select
        entity_id,
        snapshot_at,
        record_key,
        source_name,
        min(verification_rank) as verification_rank,
        max(round(decayed_trust)) as trust_points,
        {%- for field in ['street_address', 'postcode', 'latitude'] %}
        coalesce(max(support) filter (where field_name = '{{ field }}'), 0) {{ 'as support,' if loop.last else '+' }}
        {%- endfor %}
        {%- for field in ['street_address', 'locality', 'postcode', 'latitude'] %}
        (not bool_or(field_name = '{{ field }}'))::integer {{ 'as gaps,' if loop.last else '+' }}
        {%- endfor %}
        max(confidence) as confidence,
        max(stated_at) as stated_at,
        -- What goes first in the cell too: of one record, nothing else differs.
        first(value_normalised {{ goes_first }}) filter (where field_name = 'postcode') as postcode,
        first(value {{ goes_first }}) filter (where field_name = 'latitude')::double as latitude,
        first(value {{ goes_first }}) filter (where field_name = 'longitude')::double as longitude
    from address_claims
    group by entity_id, snapshot_at, record_key, source_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by entity_id, snapshot_at
            order by
                verification_rank desc, trust_points desc, support desc, gaps, confidence desc nulls last,
                stated_at desc, source_name, record_key
        ) as group_rank
    from grouped

),

compared as (

    select
        ranked.*,
        firsts.gaps as gaps_of_first,
        ranked.postcode = firsts.postcode as is_same_postcode,
        {{ metres_between('firsts.latitude', 'firsts.longitude', 'ranked.latitude', 'ranked.longitude') }}
        <= {{ var('same_address_metres') }} as is_same_spot
    from ranked
    inner join ranked as firsts
        on
            ranked.entity_id = firsts.entity_id
            and ranked.snapshot_at = firsts.snapshot_at
            and firsts.group_rank = 1

),

claim_groups as (

    select
        entity_id,
        snapshot_at,
        record_key,
        group_rank,
        -- A group may fill what the first leaves open if it is plainly of the same address, or if one thing alone is
        -- missing and nothing speaks against it.
        group_rank = 1
        or (
            coalesce(is_same_postcode, true)
            and coalesce(is_same_spot, true)
            and (is_same_postcode is not null or is_same_spot is not null or gaps_of_first = 1)
        ) as is_compatible
    from compared

)

select * from claim_groups
