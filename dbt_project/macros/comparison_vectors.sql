{#- The steps from pairs to `vectors`: the level of each comparison of each pair. Each comparison is a macro in
    `comparisons.sql`. `pairs`, `match_features`, `cities_alike` and `match_weights` are steps of the model. One that
    reads all pairs makes the features once for both sides. One that looks up a few pairs makes theirs only. -#}
{% macro comparison_vectors(pairs, match_features, cities_alike, match_weights, reads_all=false) -%}
{%- set compared = [
    'name_compact', 'parts', 'numbers', 'name_place_count', 'latitude', 'longitude', 'city', 'phone', 'phone_place_count',
    'postcode', 'postcode_district', 'website_page', 'website_domain', 'page_place_count', 'domain_place_count', 'number_from',
    'number_to', 'number_letter', 'street', 'street_script', 'source_name', 'is_structured', 'repeats_rank',
    'is_general_page', 'has_title'
] %}
{%- set ranges = {
    'name': [
        'from_95', 'from_87', 'from_80', 'from_74', 'from_68', 'from_62', 'from_56', 'from_50', 'from_40', 'from_30'
    ],
    'term_frequency': ['one', 'two', 'up_to_4', 'up_to_8', 'up_to_19'],
    'distance': [
        'within_15_m', 'within_30_m', 'within_50_m', 'within_80_m', 'within_120_m', 'within_180_m', 'within_260_m',
        'within_400_m', 'within_600_m', 'within_900_m', 'within_1400_m', 'within_3000_m'
    ],
    'phone': ['same_of_few']
} %}
compared_features as {{ '' if reads_all else 'not ' }}materialized (

    -- Joining a number to millions of pairs is cheaper than joining a text, and a text is cheaper than a list.
    select
        * replace (
            {{ text_key('city') }} as city
            {%- for text in ['phone', 'postcode', 'postcode_district', 'website_page', 'website_domain'] -%},
            if({{ text }} is null, null, {{ passing_key([text]) }}) as {{ text }}
            {%- endfor %}
        ),
        '|' || array_to_string(name_parts, '|') || '|' as parts,
        array_to_string(name_numbers, ' ') as numbers,
        {{ repeats_rank('repeats_places') }} as repeats_rank,
        regexp_matches({{ match_features }}.website_page, '{{ var("general_page_pattern") }}') as is_general_page,
        list_contains(list_transform(word_codes, lambda code: code % 10), {{ word_class_rank("'none'") }}) as has_title
    from {{ match_features }}

),

thresholds as (

    -- One row, with one column per level: a comparison with a column costs no more than one with a literal.
    select {{ threshold_columns(dict(ranges, name=ranges['name'] + ['like_transliterated'])) }}
    from {{ match_weights }}

),

-- Values that few records have are joined separately: joining them for all records costs as much as the rest.
kinds as (

    select * from compared_features
    where len(place_types) > 0 or len(kinds) > 0

),

identified as (

    select * from compared_features
    where len(identifiers) > 0

),

boxed as (

    select * from compared_features
    where south is not null

),

paired as (

    -- What a comparison tests several times is computed here: the engine computes it again in each branch of a case.
    select
        {%- for column in compared %}
        lefts.{{ column }} as l_{{ column }},
        rights.{{ column }} as r_{{ column }},
        {%- endfor %}
        {{ counted_metres('lefts', 'rights') }} as counted_metres,
        greatest(lefts.name_place_count, rights.name_place_count) as commoner_name_count,
        greatest(pairs.left_extra, pairs.right_extra) as higher_extra,
        pairs.*
    from {{ pairs }} as pairs
    inner join compared_features as lefts
        on pairs.left_no = lefts.record_no
    inner join compared_features as rights
        on pairs.right_no = rights.record_no

),

compared as (

    select
        paired.left_no,
        paired.right_no,
        blocked_by,
        name_similarity,
        metres,
        l_source_name as left_source,
        r_source_name as right_source,
        l_is_structured and r_is_structured and l_source_name != r_source_name as is_cross_source,
        {{ name_level(ranges['name']) }} as name_level,
        {{ term_frequency_level(ranges['term_frequency']) }} as term_frequency_level,
        {{ number_level() }} as number_level,
        {{ distance_level(ranges['distance']) }} as distance_level,
        {{ phone_level() }} as phone_level,
        {{ postcode_level() }} as postcode_level,
        {{ website_level() }} as website_level,
        {{ street_level() }} as street_level,
        {{ category_level() }} as category_level,
        {{ identifier_level() }} as identifier_level,
        {{ extra_words_level() }} as extra_words_level,
        {{ list_level() }} as list_level
    from paired
    cross join thresholds
    left join {{ cities_alike }} as cities_alike
        on
            metres is null
            and least(l_city, r_city) = cities_alike.one_city
            and greatest(l_city, r_city) = cities_alike.other_city
    left join kinds as left_kinds
        on paired.left_no = left_kinds.record_no
    left join kinds as right_kinds
        on paired.right_no = right_kinds.record_no
    left join identified as left_identified
        on paired.left_no = left_identified.record_no
    left join identified as right_identified
        on paired.right_no = right_identified.record_no
    left join boxed as left_boxed
        on paired.left_no = left_boxed.record_no
    left join boxed as right_boxed
        on paired.right_no = right_boxed.record_no

),

classes as (

    select
        *,
        {{ name_class() }} as name_class,
        {{ where_class() }} as where_class,
        {{ contact_class() }} as contact_class,
        {{ category_class() }} as category_class,
        {{ frequency_class() }} as frequency_class
    from compared

),

vectors as (

    -- Comparisons that depend on each other: unlike names at one door mean less than the two weights say.
    select
        * exclude (name_class, where_class, contact_class, category_class, frequency_class),
        name_class || '_' || contact_class as name_contact_level,
        where_class || '_' || contact_class as where_contact_level,
        where_class || '_' || frequency_class as where_frequency_level,
        if(category_class = 'none', 'none', category_class || '_' || contact_class) as category_contact_level
    from classes

)
{%- endmacro %}
