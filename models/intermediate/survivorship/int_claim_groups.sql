-- One row per entity, snapshot and record with a claim about the address: the rank of the record's address. Address
-- and coordinates move together, so no golden record has the street of one source and the postcode of another.
{% set cell_order = 'order by verification_rank desc, support desc, confidence desc nulls last, claim_id' %}
with address_claims as (

    select * from {{ ref('int_claims_supported') }}
    where
        strategy = 'group'
        and is_eligible
        -- Many places share these fields. A person corrects a cell, not an address.
        and field_name not in ('country', 'city')
        and source_name != 'manual_override'

),

grouped as (

    -- A page that is read twice, by rules and by a model, has no more weight than a page that is read once.
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
        -- The same order as in the cell: within one record, nothing else differs.
        first(value_normalised {{ cell_order }}) filter (where field_name = 'postcode') as postcode,
        first(value {{ cell_order }}) filter (where field_name = 'latitude')::double as latitude,
        first(value {{ cell_order }}) filter (where field_name = 'longitude')::double as longitude
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
        first_ones.gaps as gaps_of_first,
        ranked.postcode = first_ones.postcode as is_same_postcode,
        {{ metres_between('first_ones.latitude', 'first_ones.longitude', 'ranked.latitude', 'ranked.longitude') }}
        <= {{ var('same_address_metres') }} as is_same_spot
    from ranked
    inner join ranked as first_ones
        on
            ranked.entity_id = first_ones.entity_id
            and ranked.snapshot_at = first_ones.snapshot_at
            and first_ones.group_rank = 1

),

claim_groups as (

    select
        entity_id,
        snapshot_at,
        record_key,
        group_rank,
        -- A group may fill gaps of the first address if it is clearly the same address, or if only one thing is
        -- missing and nothing contradicts it.
        group_rank = 1
        or (
            coalesce(is_same_postcode, true)
            and coalesce(is_same_spot, true)
            and (is_same_postcode is not null or is_same_spot is not null or gaps_of_first = 1)
        ) as is_compatible
    from compared

)

select * from claim_groups
