-- One row per pair of records that share a blocking key; a pair that shares none is never compared.
with features as (

    select * from {{ ref('int_match_features') }}

),

keys as (

    select
        record_key,
        'name:' || name_compact as block_key
    from features
    union all
    select
        record_key,
        'name:' || unnest(name_parts)
    from features
    union all
    select
        record_key,
        'phone:' || phone
    from features
    where phone is not null
    union all
    select
        record_key,
        'page:' || website_page
    from features
    where website_page is not null
    union all
    select
        record_key,
        'postcode:' || postcode
    from features
    where postcode is not null
    union all
    select
        record_key,
        'token:' || token
    from {{ ref('int_match_tokens') }}
    where document_frequency <= {{ var('rare_token_names') }}
    union all
    -- A record stands in its own cell, and is looked for from the cells around it.
    select
        features.record_key,
        'cell:' || (cell_y + dy) || ',' || (cell_x + dx)
    from features
    cross join (select unnest([0, 1]) as dy) as ys
    cross join (select unnest([0, 1]) as dx) as xs
    where features.cell_y is not null

),

sized as (

    select
        *,
        count(*) over (partition by block_key) as block_size
    from keys

)

select
    lefts.record_key as left_key,
    rights.record_key as right_key,
    min(lefts.block_key) as blocked_by
from sized as lefts
inner join sized as rights
    on
        lefts.block_key = rights.block_key
        and lefts.record_key < rights.record_key
where lefts.block_size <= {{ var('max_block_size') }}
group by lefts.record_key, rights.record_key
