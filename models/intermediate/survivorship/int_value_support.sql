-- One row per normalised value of a cell and snapshot: how many independent sources state it, the sum of their votes,
-- and its posterior probability. Each independent source has one vote, its best, for any number of its records or
-- pages.
with int_claims_scored as not materialized (

    select * from {{ ref('int_claims_scored') }}

),

cells_alone as (

    select * from {{ ref('int_cells_alone') }}

),

eligible as not materialized (

    select
        *,
        {{ cell_hash('int_claims_scored') }} as cell_hash
    from int_claims_scored
    where is_eligible

),

scored as (

    select * from eligible
    anti join cells_alone
        on eligible.cell_hash = cells_alone.cell_hash

),

independent_sources as (

    select
        entity_id,
        snapshot_at,
        field_name,
        item,
        value_normalised,
        provenance_group,
        max(vote) as vote
    from scored
    group by entity_id, snapshot_at, field_name, item, value_normalised, provenance_group

),

supported as (

    select
        entity_id,
        snapshot_at,
        field_name,
        item,
        value_normalised,
        sum(vote)::bigint as support,
        count(*) as independent_sources
    from independent_sources
    group by entity_id, snapshot_at, field_name, item, value_normalised

),

odds_of_values as (

    -- Whole numbers, so that the order of addition changes nothing.
    select
        *,
        {{ odds('support') }} as odds,
        sum({{ odds('support') }}) over cell as odds_of_all,
        count(*) over cell as values_in_cell
    from supported
    window cell as (partition by entity_id, snapshot_at, field_name, item)

),

odds_of_all_values as (

    select * from odds_of_values
    union all by name
    -- A claim alone in its cell.
    select
        eligible.entity_id,
        eligible.snapshot_at,
        eligible.field_name,
        eligible.item,
        eligible.value_normalised,
        eligible.vote::bigint as support,
        1 as independent_sources,
        {{ odds('eligible.vote') }} as odds,
        {{ odds('eligible.vote') }} as odds_of_all,
        1 as values_in_cell
    from eligible
    semi join cells_alone
        on eligible.cell_hash = cells_alone.cell_hash

),

posteriors as (

    select
        entity_id,
        snapshot_at,
        field_name,
        item,
        value_normalised,
        support,
        independent_sources,
        -- Each wrong value that no source states has odds of one to one.
        odds / (odds_of_all + {{ odds(0) }} * greatest({{ var('wrong_values') }} + 1 - values_in_cell, 0)) as posterior
    from odds_of_all_values

)

select * from posteriors
