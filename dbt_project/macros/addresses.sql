{#- An address in small letters without the flat or unit before its house number or street, or behind them. -#}
{% macro without_unit(address) -%}
    {%- set units = '(?:unit|flat|suite|ste|shop|apartment|apt|room|floor|block|studio|office|level)s?' -%}
    regexp_replace(
        {{ address }},
        '^(?:{{ units }}\.? [^,]*, |[0-9]?[fr][0-9], )+|,? {{ units }}\.? #?[0-9]+[a-z]?$',
        '', 'g'
    )
{%- endmacro %}

{#- Whether an address has Chinese or Japanese letters: there a number follows its street without a space. -#}
{% macro is_east_asian(address) -%}
    regexp_matches({{ address }}, '[\p{Han}\p{Hiragana}\p{Katakana}]')
{%- endmacro %}

{#- An address with the words between the parts of a number as dashes, and without its floor: `3丁目9番2号` and
    `3-chome-9-2` as `3-9-2`. -#}
{% macro with_dashed_numbers(address) -%}
    if(
        regexp_matches({{ address }}, '[0-9] ?(-?chome|丁目|番|号|號|楼|樓|層|层|階|室|−)'),
        regexp_replace(
            regexp_replace(
                {{ address }}, '[0-9]+ ?(?:楼|樓|層|层|階|室)|([0-9]) ?(?:番地([^の]|$)|号|號)', '\1 \2', 'g'
            ),
            '([0-9]) ?(?:-?chome|丁目|番地?の?|−) ?-?', '\1-', 'g'
        ),
        {{ address }}
    )
{%- endmacro %}

{#- The house number of an address, before or after the street: `1/4`, `10-12`, `12a` for `12 A`. -#}
{% macro house_number(address, is_east_asian) -%}
    case
        when {{ is_east_asian }}
            then coalesce(
                nullif(regexp_extract({{ address }}, '([0-9]+(?:-[0-9]+)+)', 1), ''),
                nullif(regexp_extract({{ address }}, '([0-9]+)(?:[^0-9-][^0-9]*)?$', 1), '')
            )
        else coalesce(
            nullif(regexp_extract({{ address }}, '^#?([0-9]+[a-z]?(?: ?[-–/] ?[0-9]+[a-z]?)*)(?:[^0-9a-z]|$)', 1), ''),
            nullif(
                regexp_extract(
                    {{ address }},
                    '[, #]([0-9]+(?: ?[a-z])?(?: ?[-–/] ?[0-9]+[a-z]?)*)(?:[-–/][a-z])?(?:$|,| [-–] | [0-9])',
                    1
                ),
                ''
            ),
            nullif(regexp_extract({{ address }}, ', ?([0-9]{1,4}[a-z]?) [^0-9]', 1), '')
        )
    end
{%- endmacro %}

{#- "Liberty Avenue, 1001", "1001 Liberty Avenue, Suite 5" and "Kastanienallee 7" without the number and the text after
    the street. A number at the end goes only if there is none at the start. -#}
{% macro street_name(address, is_east_asian) -%}
    case
        when {{ is_east_asian }} then regexp_extract({{ address }}, '^([^0-9,]+)', 1)
        else regexp_replace(
            if(
                regexp_matches({{ address }}, '^#?[0-9]'),
                regexp_replace({{ address }}, '^#?[0-9]+[a-z]?( ?[-–/,&] ?[0-9]+[a-z]?)*[, ]+', ''),
                regexp_replace({{ address }}, '[, #]+[0-9]+(?: ?[a-z])?( ?[-–/] ?[0-9]*[a-z]?)*( [0-9]+|$|,.*$| [-–] .*$)', '')
            ),
            ',.*$', ''
        )
    end
{%- endmacro %}

{#- The numbers in a house number as whole numbers: [10, 12] for `10-12`. -#}
{% macro number_parts(house_number) -%}
    list_transform(
        regexp_extract_all({{ house_number }}, '[0-9]+'), lambda digits: right(digits, 7)::bigint
    )
{%- endmacro %}

{#- The first (`edge` 0) or last (`edge` 1) number that a house number stands for, as one number of three parts. `12`
    stands for all numbers below it, so `3-92` holds `3-92-1`. A dash is a range where the country has ranges and both
    ends are near. A flat stands behind a slash, but in some countries the last number counts (`320/42`). -#}
{% macro number_edge(parts, house_number, joined_numbers, edge) -%}
    {%- set from_second = (9999 * edge * 10000 + 9999 * edge)|string -%}
    case
        when len({{ parts }}) = 0 then null
        when {{ joined_numbers }} = 'last' and contains({{ house_number }}, '/')
            then list_last({{ parts }}) * {{ house_number_unit() }} + {{ from_second }}
        when contains({{ house_number }}, '/') then {{ parts }}[1] * {{ house_number_unit() }} + {{ from_second }}
        when
            coalesce({{ joined_numbers }}, 'range') != 'parts' and len({{ parts }}) = 2
            and {{ parts }}[2] between {{ parts }}[1] and {{ parts }}[1] + {{ var('house_number_range') }}
            then {{ parts }}[{{ edge + 1 }}] * {{ house_number_unit() }} + {{ from_second }}
        else
            {{ parts }}[1] * {{ house_number_unit() }}
            + coalesce({{ parts }}[2] % 10000, {{ 9999 * edge }}) * 10000
            + coalesce({{ parts }}[3] % 10000, {{ 9999 * edge }})
    end
{%- endmacro %}

{#- What one house number is worth in `number_from`. Smaller digits are its further parts. -#}
{% macro house_number_unit() -%}
    100000000
{%- endmacro %}

{#- The letter behind a house number as its place in the alphabet; 0 for none. -#}
{% macro number_letter(house_number) -%}
    case
        when {{ house_number }} is not null
            then coalesce(ord(nullif(regexp_extract({{ house_number }}, '^[0-9]+ ?([a-z])', 1), '')) - 96, 0)
    end
{%- endmacro %}

{#- A postcode as it is compared: without its spaces and dashes, the zeros that a spreadsheet takes from its front and
    the four further digits of a ZIP code. A text without a digit is none. -#}
{% macro compared_postcode(postcode) -%}
    nullif(
        ltrim(
            regexp_extract(
                replace(replace(
                    regexp_replace({{ postcode }}, '^([0-9]{4,5})-[0-9]{4}$|^([0-9]{5})[0-9]{4}$', '\1\2'), ' ', ''
                ), '-', ''),
                '^[A-Z]*[0-9][0-9A-Z]*$'
            ),
            '0'
        ),
        ''
    )
{%- endmacro %}
