-- One row per blocking rule: how many blocks were too large, how many are still too large after the split, and how
-- many records those hold.
{{ config(keyed_by='statistics') }}

with int_block_keys as (

    select * from {{ ref('int_block_keys') }}

),

context as (

    select scope from {{ ref('stg_ops__build_context') }}
    where scope = 'all'

),

keys as (

    select
        record_no,
        blocked_by,
        block_key,
        is_split
    from int_block_keys
    cross join context

),

blocks as (

    select
        blocked_by,
        block_key,
        is_split,
        count(*) as block_size
    from keys
    group by blocked_by, block_key, is_split

),

losses as (

    select
        blocked_by::varchar as blocked_by,
        count(*) as blocks,
        count(*) filter (where is_split) as split_blocks,
        count(*) filter (where is_split and block_size > {{ var('max_block_size') }}) as dropped_blocks,
        coalesce(sum(block_size) filter (where is_split and block_size > {{ var('max_block_size') }}), 0)::bigint
            as dropped_records,
        max(block_size) as largest_block
    from blocks
    group by blocked_by

)

select * from losses
