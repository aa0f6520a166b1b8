{#- The comparisons of `int_comparison_vectors`: one macro each, with the level of two records. `l_` and `r_` mark the
    columns of the left and the right record; `thresholds` holds those of the seed `match_weights`. -#}

{#- The thresholds of the seed as one row, with columns such as `distance_within_15_m`. -#}
{% macro threshold_columns(ranges) -%}
    {%- set comma = joiner(',\n        ') -%}
    {%- for comparison, levels in ranges.items() -%}
        {%- for level in levels -%}
            {{ comma() }}any_value(threshold) filter (where comparison = '{{ comparison }}' and level = '{{ level }}')
            as {{ comparison }}_{{ level }}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- Two names: equal, one a part of the other (`Thistle Padel | Game4Padel`), similar, or in two scripts. -#}
{% macro name_level(levels) -%}
    case
        when is_same_name then 'exact'
        when
            l_parts != '||' and contains(l_parts, '|' || r_name_compact || '|') and r_name_place_count = 1
            or r_parts != '||' and contains(r_parts, '|' || l_name_compact || '|') and l_name_place_count = 1
            then 'part'
        when is_across_scripts
            then case
                when name_similarity >= {{ var('transliterated_similarity') }} then 'transliterated'
                when name_similarity >= thresholds.name_like_transliterated then 'like_transliterated'
                else 'other_script'
            end
        {%- for level in levels %}
        when name_similarity >= thresholds.name_{{ level }} then '{{ level }}'
        {%- endfor %}
        else 'less'
    end
{%- endmacro %}

{#- How many places have the more common of the two names: a term frequency adjustment. -#}
{% macro term_frequency_level(levels) -%}
    case
        {%- for level in levels %}
        when commoner_name_count <= thresholds.term_frequency_{{ level }} then '{{ level }}'
        {%- endfor %}
        else 'more'
    end
{%- endmacro %}

{#- The numbers in two names (`Foster Plaza 7`). -#}
{% macro number_level() -%}
    case
        when l_numbers = '' and r_numbers = '' then 'none'
        when l_numbers = r_numbers then 'same'
        when l_numbers = '' or r_numbers = '' then 'in_one'
        else 'different'
    end
{%- endmacro %}

{#- The distance between two points; without one, the locality or city of the record. -#}
{% macro distance_level(levels) -%}
    case
        {%- for level in levels %}
        when counted_metres <= thresholds.distance_{{ level }} then '{{ level }}'
        {%- endfor %}
        when metres is not null then 'further'
        when left_boxed.south is not null and r_latitude is not null
            then {{ locality_level('left_boxed', 'r') }}
        when right_boxed.south is not null and l_latitude is not null
            then {{ locality_level('right_boxed', 'l') }}
        when left_boxed.locality != right_boxed.locality then 'outside_locality'
        when l_city = r_city then 'same_city'
        when cities_alike.one_city is not null then 'like_city'
        when l_city != r_city then 'other_city'
        else 'unknown'
    end
{%- endmacro %}

{#- Metres between two records. Between two large grounds, such as two golf courses, they count for less. -#}
{% macro counted_metres(left, right) -%}
    metres / greatest(
            1,
            least(coalesce({{ left }}.ground_metres, 0), coalesce({{ right }}.ground_metres, 0))
            / {{ var('ordinary_ground_metres') }}
        )
{%- endmacro %}

{#- Whether a point is inside the box of the locality of the other record. -#}
{% macro locality_level(box, side) -%}
    if(
                {{ side }}_latitude between {{ box }}.south and {{ box }}.north
                and {{ side }}_longitude between {{ box }}.west and {{ box }}.east,
                'inside_locality', 'outside_locality'
            )
{%- endmacro %}

{#- Two postcodes. One may be the whole first half of the other (`1187` and `1187 ZM`). -#}
{% macro postcode_level() -%}
    case
        when l_postcode is null or r_postcode is null then 'unknown'
        when l_postcode = r_postcode then 'same'
        when l_postcode = r_postcode_district or r_postcode = l_postcode_district then 'part'
        when l_postcode_district = r_postcode_district then 'same_district'
        else 'different'
    end
{%- endmacro %}

{#- House number and street together, as far as both records have them. A number in the range of the other is the
    same, and so is one without the letter of the other (`12` and `12a`). Numbers near each other in one street may be
    two ways to write one address, or two entrances. -#}
{% macro street_level() -%}
    case
        when l_number_from is null or r_number_from is null then 'number_unknown'
        when
            greatest(l_number_from, r_number_from) <= least(l_number_to, r_number_to)
            and (l_number_letter = r_number_letter or least(l_number_letter, r_number_letter) = 0)
            then 'same_number'
        when
            abs(l_number_from - r_number_from) <= {{ var('near_house_numbers') }} * {{ house_number_unit() }}
            and {{ are_streets_alike() }}
            then 'near_number'
        else 'other_number'
    end || case
        when l_street is null or r_street is null or l_street_script != r_street_script then ''
        when l_street = r_street then '_same_street'
        when {{ are_streets_alike() }} then '_like_street'
        else '_other_street'
    end
{%- endmacro %}

{#- Whether two names of streets are spellings of one. -#}
{% macro are_streets_alike() -%}
    jaro_winkler_similarity(l_street, r_street) >= {{ var('like_street_similarity') }}
{%- endmacro %}

{#- Two phones, by their whole national numbers. A phone that many places share counts for less. -#}
{% macro phone_level() -%}
    case
        when l_phone is null or r_phone is null then 'unknown'
        when l_phone != r_phone then 'different'
        when greatest(l_phone_place_count, r_phone_place_count) = 1 then 'same'
        when greatest(l_phone_place_count, r_phone_place_count) <= thresholds.phone_same_of_few then 'same_of_few'
        else 'same_of_many'
    end
{%- endmacro %}

{#- Two websites. Pages of two branches of one site are evidence of two places. A page of no branch, such as the start page,
    is not. -#}
{% macro website_level() -%}
    case
        when l_website_page is null or r_website_page is null then 'unknown'
        when l_website_page = r_website_page and greatest(l_page_place_count, r_page_place_count) = 1 then 'same_page'
        when l_website_page = r_website_page then 'shared_page'
        when l_website_domain != r_website_domain then 'other_site'
        else if(greatest(l_domain_place_count, r_domain_place_count) = 1, 'same_site', 'other_page')
            || if(l_is_general_page or r_is_general_page, '_general', '')
    end
{%- endmacro %}

{#- Place types first, then activities. Records without place types are compared by their kinds of place: other kinds say
    more where each name has words of its own (`Pharmacy at the Mill`, `Flowers at the Mill`). -#}
{% macro category_level() -%}
    case
        when left_kinds.record_no is null or right_kinds.record_no is null then 'unknown'
        when len(left_kinds.place_types) = 0 or len(right_kinds.place_types) = 0
            then case
                when len(left_kinds.kinds) = 0 or len(right_kinds.kinds) = 0 then 'unknown'
                when
                    list_has_any(left_kinds.kinds, {{ var('kinds_inside_places') }})
                    != list_has_any(right_kinds.kinds, {{ var('kinds_inside_places') }})
                    then 'part_kind'
                when list_has_any(left_kinds.kinds, right_kinds.kinds) then 'same_kind'
                when least(left_extra, right_extra) > 0 then 'other_kind_words'
                else 'other_kind'
            end
        when list_has_any(left_kinds.place_types, right_kinds.place_types) then 'shared'
        when
            list_has_any(left_kinds.place_types, {{ var('places_of_one_kind') }})
            or list_has_any(right_kinds.place_types, {{ var('places_of_one_kind') }})
            then 'never'
        when list_has_any(left_kinds.activities, right_kinds.activities) then 'shared'
        when
            least(left_extra, right_extra) > 0
            and least(len(left_kinds.activities), len(right_kinds.activities)) = 0
            then 'apart_own_names'
        else 'apart'
    end
{%- endmacro %}

{% macro identifier_level() -%}
    if(list_has_any(left_identified.identifiers, right_identified.identifiers), 'same', 'unknown')
{%- endmacro %}

{#- The class of the words that only one of the names has. Two persons with a title may share a door and a phone. -#}
{% macro extra_words_level() -%}
    case
        when l_has_title and r_has_title and least(left_extra, right_extra) > {{ word_class_rank("'kind'") }}
            then 'both_people'
        when left_extra > 0 and right_extra > 0
            then if(higher_extra <= {{ word_class_rank("'kind'") }}, 'both_kinds', 'both')
        {%- for word_class in ['part', 'rare', 'other', 'kind', 'place'] %}
        when higher_extra = {{ word_class_rank("'" ~ word_class ~ "'") }} then '{{ word_class }}'
        {%- endfor %}
        else 'none'
    end
{%- endmacro %}

{#- How two names are related, in five words. -#}
{% macro name_class() -%}
    case
        when name_level = 'exact' or extra_words_level = 'none' then 'same'
        when name_level = 'part' then 'longer'
        when extra_words_level = 'part' then 'part'
        when extra_words_level not in ('both', 'both_kinds', 'both_people') then 'longer'
        when name_similarity >= {{ var('like_name_similarity') }} then 'like'
        else 'unlike'
    end
{%- endmacro %}

{#- Where two records are, in five words. Addresses count where a point is missing. -#}
{% macro where_class() -%}
    case
        when distance_level in ('within_15_m', 'within_30_m', 'within_50_m') then 'spot'
        when distance_level in ('within_80_m', 'within_120_m') then 'near'
        when distance_level in ('within_180_m', 'within_260_m') then 'around'
        when metres is not null then 'off'
        when street_level in ('same_number_same_street', 'same_number_like_street') then 'spot'
        when street_level like 'near_number%' then 'around'
        when street_level like 'other_number%' or street_level like '%other_street' then 'off'
        else 'unknown'
    end
{%- endmacro %}

{#- What phone and website say together, in four words. -#}
{% macro contact_class() -%}
    case
        when phone_level = 'same' or website_level = 'same_page' then 'shared'
        when phone_level in ('same_of_few', 'same_of_many') or website_level in ('shared_page', 'same_site', 'same_site_general')
            then 'weak'
        when phone_level = 'different' then 'different'
        else 'unknown'
    end
{%- endmacro %}

{#- Whether the kinds of place agree, in five words. Kinds that say enough alone are `none`. -#}
{% macro category_class() -%}
    if(category_level in ('shared', 'apart', 'same_kind', 'other_kind'), category_level, 'none')
{%- endmacro %}

{#- How common the name is, in three words. -#}
{% macro frequency_class() -%}
    case
        when term_frequency_level in ('one', 'two') then 'one'
        when term_frequency_level in ('up_to_4', 'up_to_8') then 'few'
        else 'many'
    end
{%- endmacro %}

{#- Within one source, how often it repeats a place. A source that repeats a place repeats its name, too. One that names a
    school and its library knows two places. -#}
{% macro list_level() -%}
    case
        when l_source_name != r_source_name then 'other'
        when least(left_extra, right_extra) > {{ word_class_rank("'kind'") }} then 'own_names'
        when l_repeats_rank = {{ repeats_rank("'often'") }} then 'often'
        when l_repeats_rank = {{ repeats_rank("'never'") }} then 'never'
        when greatest(left_extra, right_extra) = {{ word_class_rank("'part'") }} then 'part'
        else 'rarely'
    end
{%- endmacro %}
