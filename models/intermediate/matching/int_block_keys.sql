-- One row per record and blocking key: records that share one are candidates for being the same place. A key of a place
-- on the map has a cell too, and records of neighbouring cells meet by it.
with int_match_features as (

    select * from {{ ref('int_match_features') }}

),

int_match_stems as (

    select * from {{ ref('int_match_stems') }}

),

records as (

    select
        *,
        -- half as wide as a cell: what many names have in common says little of two that are not close
        {{ cell_row('latitude', degrees=var('close_cell_degrees')) }} as close_y,
        {{ cell_column('latitude', 'longitude', degrees=var('close_cell_degrees')) }} as close_x
    from int_match_features

),

rarest as (

    select
        record_no,
        stem
    from int_match_stems as stems
    where stem_rank = 1

),

keys as (

    {%- set nowhere = 'false as is_seen_only, null as cell_y, null as cell_x' %}
    select
        record_no,
        {{ blocking_rule("'identifier'") }} as blocked_by,
        hash(unnest(identifiers)) as block_value,
        {{ nowhere }}
    from records
    union all
    select record_no, {{ blocking_rule("'phone'") }}, hash(phone), {{ nowhere }}
    from records
    where phone is not null
    union all
    select record_no, {{ blocking_rule("'page'") }}, hash(website_page), {{ nowhere }}
    from records
    where website_page is not null
    union all
    select record_no, {{ blocking_rule("'address'") }}, hash(house_number, street, city), {{ nowhere }}
    from records
    where house_number is not null and street is not null
    union all
    select record_no, {{ blocking_rule("'postcode'") }}, hash(postcode), {{ nowhere }}
    from records
    where postcode is not null
    union all
    -- The branches of a chain meet where they are near each other, and not all over the country.
    select record_no, {{ blocking_rule("'name'") }}, hash(unnest(list_append(name_parts, name_compact))), {{ nowhere }}
    from records
    where name_place_count <= {{ var('rare_name_places') }}
    union all
    select record_no, {{ blocking_rule("'rare_word'") }}, hash(stem), {{ nowhere }}
    from int_match_stems as stems
    where names <= {{ var('rare_word_names') }}
    union all
    -- Two records that are on the map have met there if they are one place.
    select
        rarest.record_no,
        {{ blocking_rule("'word_in_city'") }},
        hash(rarest.stem, records.city),
        records.cell_y is not null as is_seen_only,
        null as cell_y,
        null as cell_x
    from rarest
    inner join records
        on rarest.record_no = records.record_no
    where records.city is not null
    union all
    select
        stems.record_no,
        {{ blocking_rule("'word_nearby'") }},
        hash(stems.stem),
        false as is_seen_only,
        if(stems.names > {{ var('common_word_names') }}, records.close_y, records.cell_y) as cell_y,
        if(stems.names > {{ var('common_word_names') }}, records.close_x, records.cell_x) as cell_x
    from int_match_stems as stems
    inner join records
        on stems.record_no = records.record_no
    where records.cell_y is not null
    union all
    select
        record_no,
        {{ blocking_rule("'beginning_nearby'") }},
        hash(left(name_compact, 2)),
        false as is_seen_only,
        close_y as cell_y,
        close_x as cell_x
    from records
    where cell_y is not null

),

blocks as (

    select
        *,
        hash(blocked_by, block_value, cell_y, cell_x) as block_key
    from keys

),

crowded as (

    select block_key
    from blocks
    group by block_key
    having count(*) > {{ var('max_block_size') }}

),

block_keys as (

    -- What too many share is shared by fewer together with the rarest word of their names.
    select
        blocks.record_no,
        blocks.blocked_by,
        if(crowded.block_key is null, blocks.block_value, hash(blocks.block_value, rarest.stem)) as block_value,
        blocks.is_seen_only,
        blocks.cell_y,
        blocks.cell_x,
        crowded.block_key is not null as is_split
    from blocks
    left join crowded
        on blocks.block_key = crowded.block_key
    left join rarest
        on crowded.block_key is not null and blocks.record_no = rarest.record_no

)

select * from block_keys
