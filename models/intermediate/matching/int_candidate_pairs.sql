-- One row per pair of records that share a blocking key; a pair that shares none is never compared. A block that is too
-- large even after it was split brings nobody together.
with int_block_keys as (

    select * from {{ ref('int_block_keys') }}

),

keys as (

    select
        *,
        hash(blocked_by, block_value, cell_y, cell_x) as block_key
    from int_block_keys

),

crowded as (

    select block_key
    from keys
    where is_split
    group by block_key
    having count(*) > {{ var('max_block_size') }}

),

homes as (

    select keys.*
    from keys
    anti join crowded
        on keys.block_key = crowded.block_key

),

sought as (

    select
        record_no,
        block_key,
        is_seen_only,
        true as is_at_home
    from homes
    union all
    -- Of two neighbouring cells one looks for the other: the one further west, or south.
    select
        homes.record_no,
        hash(homes.blocked_by, homes.block_value, homes.cell_y + around.dy, homes.cell_x + around.dx) as block_key,
        homes.is_seen_only,
        false as is_at_home
    from homes
    cross join (values (0, 1), (1, -1), (1, 0), (1, 1)) as around (dy, dx)
    where homes.cell_y is not null

),

met as (

    select
        least(homes.record_no, sought.record_no) as left_no,
        greatest(homes.record_no, sought.record_no) as right_no,
        homes.blocked_by
    from homes
    inner join sought
        on homes.block_key = sought.block_key
    where
        (homes.record_no < sought.record_no or (homes.record_no > sought.record_no and not sought.is_at_home))
        and not (homes.is_seen_only and sought.is_seen_only)

),

candidate_pairs as (

    select
        left_no,
        right_no,
        min(blocked_by) as blocked_by
    from met
    group by left_no, right_no

)

select * from candidate_pairs
