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

{#- Two names: equal, one a part of the other (`Thistle Padel | Game4Padel`), or similar. -#}
{% macro name_level(levels) -%}
    case
        when is_same_name then 'exact'
        when
            l_parts != '||' and contains(l_parts, '|' || r_name_compact || '|') and r_name_place_count = 1
            or r_parts != '||' and contains(r_parts, '|' || l_name_compact || '|') and l_name_place_count = 1
            then 'part'
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
        when greatest(l_name_place_count, r_name_place_count) <= thresholds.term_frequency_{{ level }} then '{{ level }}'
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
        when metres <= thresholds.distance_{{ level }} then '{{ level }}'
        {%- endfor %}
        when metres is not null then 'further'
        when left_boxed.south is not null and r_latitude is not null
            then {{ locality_level('left_boxed', 'r') }}
        when right_boxed.south is not null and l_latitude is not null
            then {{ locality_level('right_boxed', 'l') }}
        when left_boxed.locality != right_boxed.locality then 'outside_locality'
        when l_city != r_city then 'other_city'
        when l_city = r_city then 'same_city'
        else 'unknown'
    end
{%- endmacro %}

{#- Whether a point is inside the box of the locality of the other record. -#}
{% macro locality_level(box, side) -%}
    if(
                {{ side }}_latitude between {{ box }}.south and {{ box }}.north
                and {{ side }}_longitude between {{ box }}.west and {{ box }}.east,
                'inside_locality', 'outside_locality'
            )
{%- endmacro %}

{% macro postcode_level() -%}
    case
        when l_postcode is null or r_postcode is null then 'unknown'
        when l_postcode = r_postcode then 'same'
        when l_postcode_district = r_postcode_district then 'same_district'
        else 'different'
    end
{%- endmacro %}

{#- House number and street together, as far as both records have them. -#}
{% macro street_level() -%}
    case
        when l_house_number is null or r_house_number is null then 'number_unknown'
        when l_house_number = r_house_number then 'same_number'
        else 'other_number'
    end || case
        when l_street is null or r_street is null then ''
        when l_street = r_street then '_same_street'
        when jaro_winkler_similarity(l_street, r_street) >= {{ var('like_street_similarity') }} then '_like_street'
        else '_other_street'
    end
{%- endmacro %}

{#- Two phones, by their last digits. A phone that many places share counts for less. -#}
{% macro phone_level() -%}
    case
        when l_phone is null or r_phone is null then 'unknown'
        when l_phone != r_phone then 'different'
        when greatest(l_phone_place_count, r_phone_place_count) = 1 then 'same'
        when greatest(l_phone_place_count, r_phone_place_count) <= thresholds.phone_same_of_few then 'same_of_few'
        else 'same_of_many'
    end
{%- endmacro %}

{% macro website_level() -%}
    case
        when l_website_page is null or r_website_page is null then 'unknown'
        when l_website_page = r_website_page and greatest(l_page_place_count, r_page_place_count) = 1 then 'same_page'
        when l_website_page = r_website_page then 'shared_page'
        when l_website_domain != r_website_domain then 'other_site'
        when greatest(l_domain_place_count, r_domain_place_count) = 1 then 'same_site'
        else 'other_page'
    end
{%- endmacro %}

{#- Place types first, then activities. -#}
{% macro category_level() -%}
    case
        when left_kinds.record_no is null or right_kinds.record_no is null then 'unknown'
        when list_has_any(left_kinds.place_types, right_kinds.place_types) then 'shared'
        when
            list_has_any(left_kinds.place_types, {{ var('places_of_one_kind') }})
            or list_has_any(right_kinds.place_types, {{ var('places_of_one_kind') }})
            then 'never'
        when list_has_any(left_kinds.activities, right_kinds.activities) then 'shared'
        else 'apart'
    end
{%- endmacro %}

{% macro identifier_level() -%}
    if(list_has_any(left_identified.identifiers, right_identified.identifiers), 'same', 'unknown')
{%- endmacro %}
