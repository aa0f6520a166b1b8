{#- Missing is missing: null, white space and the placeholders that people type. `0` and `false` are values. -#}
{% macro blank_to_null(expression) -%}
    case
        when trim({{ expression }}) not in ('', 'N/A', 'n/a', 'NA', '-', '–', '—') then trim({{ expression }})
    end
{%- endmacro %}

{#- The first of names that a semicolon parts; null for a word that mappers leave where they know no name. -#}
{% macro first_name(expression) -%}
    list_filter(
        string_split_regex({{ expression }}, '\s*;\s*'),
        lambda name: regexp_matches(name, '[^\s\pZ\pC]')
        and lower(trim(name)) not in ('yes', 'no', 'unnamed', 'unknown', 'no name', 'noname', 'fixme', 'tbc', 'none')
    )[1]
{%- endmacro %}

{#- Words to compare, of any script: lower case, no accents, no apostrophes, no punctuation. -#}
{% macro folded(expression) -%}
    trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ expression }})), '[''’`]', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
    ))
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

{#- An address from its house number or street on: without the flat or unit in front of it. -#}
{% macro without_unit(address) -%}
    regexp_replace(
        {{ address }},
        '(?i)^((unit|flat|suite|ste|shop|apartment|apt|room|floor|block|studio|office|level)s?\.? [^,]*, |[0-9]?[fr][0-9], )+',
        ''
    )
{%- endmacro %}

{#- The number by which a house is compared: 1 of `1/4` (a flat of it), of `1-10` and of `1,3,5`. -#}
{% macro house_number(address) -%}
    lower(coalesce(
        nullif(regexp_extract({{ address }}, '^([0-9]+[A-Za-z]?)\b', 1), ''),
        nullif(regexp_extract({{ address }}, '[, ]([0-9]+[A-Za-z]?)$', 1), '')
    ))
{%- endmacro %}

{#- "Liberty Avenue, 1001" and "1001 Liberty Avenue, Suite 5" without the number and what stands behind. -#}
{% macro street_name(address) -%}
    regexp_replace(regexp_replace({{ address }}, '^[0-9]+[A-Za-z]?([-/,&][0-9]+[A-Za-z]?)*[, ]+', ''), ',.*$', '')
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
