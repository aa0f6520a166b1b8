-- One row per record and blocking key that follows from the record alone. A key for places that are near each other
-- also has a cell; records in neighbouring cells meet by it.
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

    {%- set no_cell = 'false as is_seen_only, null as cell_y, null as cell_x' %}
    select
        record_no,
        {{ blocking_rule("'identifier'") }} as blocked_by,
        {{ text_key('unnest(identifiers)') }} as block_value,
        {{ no_cell }}
    from records
    union all
    select record_no, {{ blocking_rule("'phone'") }}, {{ text_key('phone') }}, {{ no_cell }}
    from records
    where phone is not null
    union all
    select record_no, {{ blocking_rule("'page'") }}, {{ text_key('website_page') }}, {{ no_cell }}
    from records
    where website_page is not null
    union all
    select record_no, {{ blocking_rule("'address'") }}, {{ text_key(['number_from', 'street', 'city']) }}, {{ no_cell }}
    from records
    where number_from is not null and street is not null
    union all
    select record_no, {{ blocking_rule("'postcode'") }}, {{ text_key('postcode') }}, {{ no_cell }}
    from records
    where postcode is not null
    union all
    -- Branches of a chain meet only where they are near each other, not all over the country.
    select
        record_no,
        {{ blocking_rule("'name'") }},
        {{ text_key('unnest(list_append(name_parts, name_compact))') }},
        {{ no_cell }}
    from records
    where name_place_count <= {{ var('rare_name_places') }}
    union all
    select record_no, {{ blocking_rule("'rare_word'") }}, stem_key, {{ no_cell }}
    from stems_to_match as stems
    where names <= {{ var('rare_word_names') }}
    union all
    -- Two records with coordinates already meet by a nearby rule if they are one place.
    select
        rarest_stems.record_no,
        {{ blocking_rule("'word_in_city'") }},
        {{ text_key(['rarest_stems.stem', 'records.city']) }},
        records.cell_y is not null as is_seen_only,
        null as cell_y,
        null as cell_x
    from rarest_stems
    inner join records
        on rarest_stems.record_no = records.record_no
    where records.city is not null
    union all
    select
        stems.record_no,
        {{ blocking_rule("'word_nearby'") }},
        stems.stem_key,
        false as is_seen_only,
        if(stems.names > {{ var('common_word_names') }}, records.close_y, records.cell_y) as cell_y,
        if(stems.names > {{ var('common_word_names') }}, records.close_x, records.cell_x) as cell_x
    from stems_to_match as stems
    inner join records
        on stems.record_no = records.record_no
    where records.cell_y is not null
    union all
    select
        record_no,
        {{ blocking_rule("'beginning_nearby'") }},
        {{ text_key('left(name_compact, 2)') }},
        false as is_seen_only,
        close_y as cell_y,
        close_x as cell_x
    from records
    where cell_y is not null

)

select * from keys
