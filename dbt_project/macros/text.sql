{#- Missing is missing: null, white space and the placeholders that people type. `0` and `false` are values. -#}
{% macro blank_to_null(expression) -%}
    case
        when trim({{ expression }}) not in ('', 'N/A', 'n/a', 'NA', '-', '–', '—') then trim({{ expression }})
    end
{%- endmacro %}

{#- Words to compare, of any script: lower case, no accents, no apostrophes, no punctuation. -#}
{% macro folded(expression) -%}
    trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ expression }})), '[''’`]', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
    ))
{%- endmacro %}

{#- `EH15 1DR` from a text that holds a UK postcode. -#}
{% macro uk_postcode_in(expression) -%}
    nullif(upper(regexp_replace(
        regexp_extract({{ expression }}, '\b([A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2})\b', 1),
        '^(\S+?) ?([0-9]\S{2})$', '\1 \2'
    )), '')
{%- endmacro %}

{% macro title_case(expression) -%}
    array_to_string(
        list_transform(string_split(lower({{ expression }}), ' '), lambda word: upper(word[1]) || word[2:]), ' '
    )
{%- endmacro %}

{#- A folded text with its short forms spelled out; `meanings` maps the short form to the word, a filler to nothing. -#}
{% macro spelled_out(expression, meanings) -%}
    array_to_string(
        list_filter(
            list_transform(string_split({{ expression }}, ' '), lambda word: coalesce({{ meanings }}[word], word)),
            lambda word: word != ''
        ),
        ' '
    )
{%- endmacro %}

{#- Whether a line of an address is a street: it starts with a house number, or ends as streets do. -#}
{% macro is_street(expression) -%}
    regexp_matches(
        {{ expression }},
        '(?i)(^[0-9]+[a-z]?([-/][0-9]+)? \S)|\b(street|st|road|rd|way|lane|ln|avenue|ave|drive|dr|place|pl|terrace|ter|'
        'crescent|cres|square|sq|gardens|gdns|court|ct|close|row|grove|walk|loan|wynd|brae|quay|path|mews|bank)\.?$'
    )
{%- endmacro %}

{#- A stem as a number whose last five digits are its information, so that one list holds both. -#}
{% macro stem_code(stem, information) -%}
    ((hash({{ stem }}) % 10000000000000)::bigint * 100000 + {{ information }})
{%- endmacro %}

{#- The information that the names of two records share, from their stem codes. -#}
{% macro shared_information(codes, other_codes) -%}
    coalesce(list_sum(list_transform(
        {{ codes }}, lambda code: if(list_contains({{ other_codes }}, code), code % 100000, 0)
    )), 0)
{%- endmacro %}
