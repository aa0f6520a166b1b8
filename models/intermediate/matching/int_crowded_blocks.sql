-- One row per block that is too large, by the statistics. It is split by the rarest word of the names. A part that is
-- still too large gives no pairs.
{{ config(keyed_by='statistics') }}

with context as (

    select scope from {{ ref('stg_ops__build_context') }}
    where scope = 'all'

),

unsplit as not materialized (

    select * from {{ ref('int_block_keys_unsplit') }}

),

keys as not materialized (

    select unsplit.*
    from unsplit
    cross join context

),

rarest_stems as (

    select
        record_no,
        stem_key
    from {{ ref('int_match_stems') }}
    where stem_rank = 1

),

split as (

    select block_key
    from keys
    group by block_key
    having count(*) > {{ var('max_block_size') }}

),

parts as (

    select {{ block_part_key('keys.block_key', 'rarest_stems.stem_key') }} as block_key
    from keys
    semi join split
        on keys.block_key = split.block_key
    left join rarest_stems
        on keys.record_no = rarest_stems.record_no

),

crowded_blocks as (

    select
        block_key,
        'split' as outcome
    from split
    union all
    select
        block_key,
        'dropped' as outcome
    from parts
    group by block_key
    having count(*) > {{ var('max_block_size') }}

)

select * from crowded_blocks
