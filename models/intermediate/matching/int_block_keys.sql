-- One row per record and blocking key of the blocks that this build searches. Records that share a key become candidate
-- pairs. A block that is too large by the statistics is split by the rarest word of the names.
with unsplit as not materialized (

    select * from {{ ref('int_block_keys_unsplit') }}

),

crowded_blocks as (

    select block_key from {{ ref('int_crowded_blocks') }}
    where outcome = 'split'

),

rarest_stems as (

    select
        record_no,
        stem_key
    from {{ ref('int_match_stems') }}
    where stem_rank = 1

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

-- The blocks of the records that are compared again, and those of the cells around.
blocks_searched as (

    select distinct unsplit.block_key + {{ cells_away('rows_around.dy', 'columns_around.dx') }} as block_key
    from unsplit
    semi join changed_records
        on unsplit.record_no = changed_records.record_no
    cross join (values (-1), (0), (1)) as rows_around (dy)
    cross join (values (-1), (0), (1)) as columns_around (dx)
    where {{ works_nearby('unsplit.blocked_by') }} or (rows_around.dy = 0 and columns_around.dx = 0)

),

keys as (

    select unsplit.*
    from unsplit
    cross join context
    where context.scope != 'changed'
    union all
    select unsplit.*
    from unsplit
    semi join blocks_searched
        on unsplit.block_key = blocks_searched.block_key

),

block_keys as (

    select
        keys.record_no,
        keys.blocked_by,
        if(
            crowded_blocks.block_key is null,
            keys.block_key,
            {{ block_part_key('keys.block_key', 'rarest_stems.stem_key') }}
        ) as block_key,
        keys.is_seen_only,
        crowded_blocks.block_key is not null as is_split
    from keys
    left join crowded_blocks
        on keys.block_key = crowded_blocks.block_key
    left join rarest_stems
        -- Null meets no record: few blocks are crowded, and the records of all others are not looked up.
        on if(crowded_blocks.block_key is null, null, keys.record_no) = rarest_stems.record_no

)

select * from block_keys
