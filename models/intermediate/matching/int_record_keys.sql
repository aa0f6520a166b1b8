-- One row per record and blocking key that follows from the record alone. A key for places that are near each other
-- also depends on their cell; records in neighbouring cells meet by it.
{{ config(keyed_by='record_no') }}

with to_match as (

    select record_no from {{ ref('int_standardised_to_match') }}

),

int_match_features as (

    select * from {{ ref('int_match_features') }}

),

int_match_stems as (

    select * from {{ ref('int_match_stems') }}

),

records as (

    select
        int_match_features.*,
        -- Half as wide as a cell: a common word is weak evidence unless the two places are close.
        {{ cell_row('latitude', degrees=var('close_cell_degrees')) }} as close_y,
        {{ cell_column('latitude', 'longitude', degrees=var('close_cell_degrees')) }} as close_x
    from int_match_features
    semi join to_match
        on int_match_features.record_no = to_match.record_no

),

stems_to_match as (

    select * from int_match_stems
    semi join to_match
        on int_match_stems.record_no = to_match.record_no

),

rarest_stems as (

    select
        record_no,
        stem
    from stems_to_match as stems
    where stem_rank = 1

),

keys as (

    select
        record_no,
        {{ blocking_rule("'identifier'") }} as blocked_by,
        {{ block_key("'identifier'", text_key('unnest(identifiers)')) }} as block_key,
        false as is_seen_only
    from records
    union all
    select
        record_no,
        {{ blocking_rule("'phone'") }} as blocked_by,
        {{ block_key("'phone'", text_key('phone')) }} as block_key,
        false as is_seen_only
    from records
    where phone is not null
    union all
    select
        record_no,
        {{ blocking_rule("'page'") }} as blocked_by,
        {{ block_key("'page'", text_key('website_page')) }} as block_key,
        false as is_seen_only
    from records
    where website_page is not null
    union all
    select
        record_no,
        {{ blocking_rule("'address'") }} as blocked_by,
        {{ block_key("'address'", text_key(['number_from', 'street', 'city'])) }} as block_key,
        false as is_seen_only
    from records
    where number_from is not null and street is not null
    union all
    select
        record_no,
        {{ blocking_rule("'postcode'") }} as blocked_by,
        {{ block_key("'postcode'", text_key('postcode')) }} as block_key,
        false as is_seen_only
    from records
    where postcode is not null
    union all
    -- Branches of a chain meet only where they are near each other, not all over the country.
    select
        record_no,
        {{ blocking_rule("'name'") }} as blocked_by,
        {{ block_key("'name'", text_key('unnest(list_append(name_parts, name_compact))')) }} as block_key,
        false as is_seen_only
    from records
    where name_place_count <= {{ var('rare_name_places') }}
    union all
    select
        record_no,
        {{ blocking_rule("'rare_word'") }} as blocked_by,
        {{ block_key("'rare_word'", 'stem_key') }} as block_key,
        false as is_seen_only
    from stems_to_match as stems
    where names <= {{ var('rare_word_names') }}
    union all
    -- Two records with coordinates already meet by a nearby rule if they are one place.
    select
        rarest_stems.record_no,
        {{ blocking_rule("'word_in_city'") }} as blocked_by,
        {{ block_key("'word_in_city'", text_key(['rarest_stems.stem', 'records.city'])) }} as block_key,
        records.cell_y is not null as is_seen_only
    from rarest_stems
    inner join records
        on rarest_stems.record_no = records.record_no
    where records.city is not null
    union all
    select
        stems.record_no,
        {{ blocking_rule("'word_nearby'") }} as blocked_by,
        {{ block_key(
            "'word_nearby'", 'stems.stem_key',
            'if(stems.names > ' ~ var('common_word_names') ~ ', records.close_y, records.cell_y)',
            'if(stems.names > ' ~ var('common_word_names') ~ ', records.close_x, records.cell_x)'
        ) }} as block_key,
        false as is_seen_only
    from stems_to_match as stems
    inner join records
        on stems.record_no = records.record_no
    where records.cell_y is not null
    union all
    select
        record_no,
        {{ blocking_rule("'beginning_nearby'") }} as blocked_by,
        {{ block_key("'beginning_nearby'", text_key('left(name_compact, 2)'), 'close_y', 'close_x') }} as block_key,
        false as is_seen_only
    from records
    where cell_y is not null

)

select * from keys
