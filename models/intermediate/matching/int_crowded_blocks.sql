-- One row per block that is too large, by the statistics. It is split by the rarest word of the names. A part that is
-- still too large gives no pairs.
{{ config(keyed_by='statistics') }}

with context as (

    select scope from {{ ref('stg_ops__build_context') }}
    where scope = 'all'

),

unsplit as (

    select * from {{ ref('int_block_keys_unsplit') }}

),

rarest_stems as (

    select
        record_no,
        stem
    from {{ ref('int_match_stems') }}
    where stem_rank = 1

),

keys as not materialized (

    select
        unsplit.*,
        {{ passing_key(['blocked_by', 'block_value', 'cell_y', 'cell_x']) }} as block_key
    from unsplit
    cross join context

),

split as (

    select block_key
    from keys
    group by block_key
    having count(*) > {{ var('max_block_size') }}

),

split_keys as (

    select
        keys.blocked_by,
        keys.block_value,
        {{ text_key(['keys.block_value', 'rarest_stems.stem']) }} as part_value,
        keys.cell_y,
        keys.cell_x
    from keys
    semi join split
        on keys.block_key = split.block_key
    left join rarest_stems
        on keys.record_no = rarest_stems.record_no

),

crowded_blocks as (

    select distinct
        blocked_by,
        block_value,
        cell_y,
        cell_x,
        'split' as outcome
    from split_keys
    union all
    select
        blocked_by,
        part_value as block_value,
        cell_y,
        cell_x,
        'dropped' as outcome
    from split_keys
    group by blocked_by, part_value, cell_y, cell_x
    having count(*) > {{ var('max_block_size') }}

)

select * from crowded_blocks
