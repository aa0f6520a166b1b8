-- One row per record and blocking key, before blocks that are too large are split.
{{ config(materialized='view') }}

with int_record_keys as (

    select * from {{ ref('int_record_keys') }}

),

int_script_keys as (

    select * from {{ ref('int_script_keys') }}

),

keys as (

    select * from int_record_keys
    union all
    select
        record_no,
        {{ blocking_rule("'word_nearby'") }} as blocked_by,
        {{ block_key("'word_nearby'", text_key("'consonants ' || key"), 'cell_y', 'cell_x') }} as block_key,
        is_seen_only
    from int_script_keys

)

select * from keys
