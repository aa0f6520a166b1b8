-- One row per record and blocking key. Records that share a key become candidate pairs. A block that is too large by
-- the statistics is split by the rarest word of the names.
{{ config(materialized='view') }}

with unsplit as (

    select
        *,
        {{ passing_key(['blocked_by', 'block_value', 'cell_y', 'cell_x']) }} as block_key
    from {{ ref('int_block_keys_unsplit') }}

),

crowded_blocks as (

    select {{ passing_key(['blocked_by', 'block_value', 'cell_y', 'cell_x']) }} as block_key
    from {{ ref('int_crowded_blocks') }}
    where outcome = 'split'

),

rarest_stems as (

    select
        record_no,
        stem
    from {{ ref('int_match_stems') }}
    where stem_rank = 1

),

block_keys as (

    select
        unsplit.record_no,
        unsplit.blocked_by,
        if(
            crowded_blocks.block_key is null,
            unsplit.block_value,
            {{ text_key(['unsplit.block_value', 'rarest_stems.stem']) }}
        ) as block_value,
        unsplit.is_seen_only,
        unsplit.cell_y,
        unsplit.cell_x,
        crowded_blocks.block_key is not null as is_split
    from unsplit
    left join crowded_blocks
        on unsplit.block_key = crowded_blocks.block_key
    left join rarest_stems
        -- Null meets no record: few blocks are crowded, and the records of all others are not looked up.
        on if(crowded_blocks.block_key is null, null, unsplit.record_no) = rarest_stems.record_no

)

select * from block_keys
