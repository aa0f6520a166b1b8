-- One row per pair of records that share a blocking key. A pair without a shared key is never compared. A part of a
-- block that is still too large gives no pairs.
{{ config(keyed_by='pair') }}

with keys as not materialized (

    select * from {{ ref('int_block_keys') }}

),

dropped as (

    select block_key from {{ ref('int_crowded_blocks') }}
    where outcome = 'dropped'

),

to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}

),

changed_records as (

    {{ changed_records() }}

),

kept as not materialized (

    select
        keys.*,
        context.scope != 'changed' or changed_records.record_no is not null as is_to_match
    from keys
    cross join context
    anti join dropped
        on keys.block_key = dropped.block_key
    left join changed_records
        on keys.record_no = changed_records.record_no

),

kept_to_match as (

    select * from kept
    where is_to_match

),

-- Of two neighbouring cells, only one searches the other, so that each pair is found once. A record that this build
-- does not compare does not search, so it is searched backwards.
neighbours as (

    select
        dy,
        dx,
        false as is_backward
    from (values (0, 1), (1, -1), (1, 0), (1, 1)) as cells_ahead (dy, dx)
    union all
    select
        -dy as dy,
        -dx as dx,
        true as is_backward
    from (values (0, 1), (1, -1), (1, 0), (1, 1)) as cells_behind (dy, dx)
    cross join context
    where context.scope = 'changed'

),

searched as (

    select
        record_no,
        block_key,
        is_seen_only,
        true as is_own_cell,
        false as is_backward
    from kept_to_match
    union all
    select
        keys.record_no,
        keys.block_key + {{ cells_away('neighbours.dy', 'neighbours.dx') }} as block_key,
        keys.is_seen_only,
        false as is_own_cell,
        neighbours.is_backward
    from kept_to_match as keys
    cross join neighbours
    where {{ works_nearby('keys.blocked_by') }}

),

shared as (

    select
        kept.record_no as one_no,
        searched.record_no as other_no,
        kept.blocked_by
    from kept
    inner join searched
        on kept.block_key = searched.block_key
    where
        kept.record_no != searched.record_no
        and if(
            kept.is_to_match,
            not searched.is_backward and (kept.record_no < searched.record_no or not searched.is_own_cell),
            true
        )
        and not (kept.is_seen_only and searched.is_seen_only)

),

candidate_pairs as (

    select
        least(one_no, other_no) as left_no,
        greatest(one_no, other_no) as right_no,
        {{ blocking_rule_of('min(' ~ blocking_rank('blocked_by') ~ ')') }} as blocked_by
    from shared
    group by left_no, right_no

)

-- Records are read for pairs by number: next to each other in memory, this takes a tenth less time.
select * from candidate_pairs
order by left_no
