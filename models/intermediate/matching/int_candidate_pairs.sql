-- One row per pair of records that share a blocking key. A pair without a shared key is never compared. A block that
-- is still too large after its split gives no pairs.
with int_block_keys as (

    select * from {{ ref('int_block_keys') }}

),

keys as (

    select
        *,
        {{ passing_key(['blocked_by', 'block_value', 'cell_y', 'cell_x']) }} as block_key
    from int_block_keys

),

oversized as (

    select block_key
    from keys
    where is_split
    group by block_key
    having count(*) > {{ var('max_block_size') }}

),

kept as (

    select keys.*
    from keys
    anti join oversized
        on keys.block_key = oversized.block_key

),

searched as (

    select
        record_no,
        block_key,
        is_seen_only,
        true as is_own_cell
    from kept
    union all
    -- Of two neighbouring cells, only one searches the other, so that each pair is found once.
    select
        kept.record_no,
        {{ passing_key([
            'kept.blocked_by', 'kept.block_value', 'kept.cell_y + neighbours.dy', 'kept.cell_x + neighbours.dx'
        ]) }} as block_key,
        kept.is_seen_only,
        false as is_own_cell
    from kept
    cross join (values (0, 1), (1, -1), (1, 0), (1, 1)) as neighbours (dy, dx)
    where kept.cell_y is not null

),

shared as (

    select
        least(kept.record_no, searched.record_no) as left_no,
        greatest(kept.record_no, searched.record_no) as right_no,
        kept.blocked_by
    from kept
    inner join searched
        on kept.block_key = searched.block_key
    where
        (kept.record_no < searched.record_no or (kept.record_no > searched.record_no and not searched.is_own_cell))
        and not (kept.is_seen_only and searched.is_seen_only)

),

candidate_pairs as (

    select
        left_no,
        right_no,
        min(blocked_by) as blocked_by
    from shared
    group by left_no, right_no

)

select * from candidate_pairs
