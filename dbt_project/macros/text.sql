{#- Null for white space and for placeholders that people type. `0` and `false` are values. -#}
{% macro blank_to_null(expression) -%}
    case
        when trim({{ expression }}) not in ('', 'N/A', 'n/a', 'NA', '-', '–', '—') then trim({{ expression }})
    end
{%- endmacro %}

{#- The first of several names separated by semicolons; null for a word that mappers use for an unknown name. -#}
{% macro first_name(expression) -%}
    list_filter(
        string_split_regex({{ expression }}, '\s*;\s*'),
        lambda name: regexp_matches(name, '[^\s\pZ\pC]')
        and lower(trim(name)) not in ('yes', 'no', 'unnamed', 'unknown', 'no name', 'noname', 'fixme', 'tbc', 'none')
    )[1]
{%- endmacro %}

{#- A text in the form that is compared, in any script: lower case, without accents, apostrophes and punctuation. -#}
{% macro folded(expression) -%}
    trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ expression }})), '[''’`]', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
    ))
{%- endmacro %}

{#- A folded text with its short forms spelled out. `meanings` maps a short form to its word, and a filler to nothing.
    -#}
{% macro spelled_out(expression, meanings) -%}
    array_to_string(
        list_filter(
            list_transform(string_split({{ expression }}, ' '), lambda word: coalesce({{ meanings }}[word], word)),
            lambda word: word != ''
        ),
        ' '
    )
{%- endmacro %}

{#- A folded street with its short forms spelled out, also those at the end of a word: `hauptstr` as `hauptstrasse`.
    `endings` maps the end of a word to the one that is compared. -#}
{% macro spelled_out_street(expression, meanings, endings) -%}
    array_to_string(
        list_filter(
            list_transform(
                string_split(replace({{ expression }}, 'ß', 'ss'), ' '),
                lambda word: coalesce(
                    {{ meanings }}[word],
                    list_transform(
                        list_filter(
                            map_keys({{ endings }}), lambda ending: ends_with(word, ending) and len(word) > len(ending)
                        ),
                        lambda ending: left(word, len(word) - len(ending)) || {{ endings }}[ending]
                    )[1],
                    word
                )
            ),
            lambda word: word != ''
        ),
        ' '
    )
{%- endmacro %}

{#- An address without the flat or unit before the house number or street. -#}
{% macro without_unit(address) -%}
    regexp_replace(
        {{ address }},
        '(?i)^((unit|flat|suite|ste|shop|apartment|apt|room|floor|block|studio|office|level)s?\.? [^,]*, |[0-9]?[fr][0-9], )+',
        ''
    )
{%- endmacro %}

{#- The house number that is compared, before or after the street: 1 for `1/4` (a flat in it), `1-10` and `1,3,5`. -#}
{% macro house_number(address) -%}
    lower(coalesce(
        nullif(regexp_extract({{ address }}, '^([0-9]+[A-Za-z]?)\b', 1), ''),
        nullif(regexp_extract({{ address }}, '[, ]([0-9]+[A-Za-z]?)([-–/][0-9]+[A-Za-z]?)?$', 1), '')
    ))
{%- endmacro %}

{#- "Liberty Avenue, 1001", "1001 Liberty Avenue, Suite 5" and "Kastanienallee 7" without the number and the text after
    the street. A number at the end goes only if there is none at the start. -#}
{% macro street_name(address) -%}
    regexp_replace(
        if(
            regexp_matches({{ address }}, '^[0-9]'),
            regexp_replace({{ address }}, '^[0-9]+[A-Za-z]?([-/,&][0-9]+[A-Za-z]?)*[, ]+', ''),
            regexp_replace({{ address }}, '[, ]+[0-9]+[A-Za-z]?([-–/][0-9]+[A-Za-z]?)?$', '')
        ),
        ',.*$', ''
    )
{%- endmacro %}

{#- A stem as a number whose last five digits are its information. One list then holds both. -#}
{% macro stem_code(stem, information) -%}
    ((hash({{ stem }}) % 10000000000000)::bigint * 100000 + {{ information }})
{%- endmacro %}

{#- The information that the names of two records share, from their stem codes. -#}
{% macro shared_information(codes, other_codes) -%}
    coalesce(list_sum(list_transform(
        {{ codes }}, lambda code: if(list_contains({{ other_codes }}, code), code % 100000, 0)
    )), 0)
{%- endmacro %}
