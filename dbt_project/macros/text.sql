{#- Missing is missing: null, white space and the placeholders that people type. `0` and `false` are values. -#}
{% macro blank_to_null(expression) -%}
    case
        when trim({{ expression }}) not in ('', 'N/A', 'n/a', 'NA', '-', '–', '—') then trim({{ expression }})
    end
{%- endmacro %}

{#- Words to compare: lower case, no accents, no punctuation. -#}
{% macro folded(expression) -%}
    trim(regexp_replace(replace(lower(strip_accents({{ expression }})), '''', ''), '[^a-z0-9]+', ' ', 'g'))
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

{#- A folded text with its short forms spelled out; `meanings` maps the short form to the word. -#}
{% macro spelled_out(expression, meanings) -%}
    array_to_string(
        list_transform(string_split({{ expression }}, ' '), lambda word: coalesce({{ meanings }}[word], word)), ' '
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
