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

{#- A text in the form that is compared, in any script: lower case, without accents, apostrophes and punctuation. Most
    texts are plain words already. -#}
{% macro folded(expression) -%}
    if(
        {{ is_plain_words(expression) }},
        lower({{ expression }}),
        trim(regexp_replace(
            regexp_replace(lower(strip_accents({{ expression }})), '[''’`]', '', 'g'), '[^\p{L}\p{N}]+', ' ', 'g'
        ))
    )
{%- endmacro %}

{#- A text with full-width letters and digits as plain ones (`１丁目` as `1丁目`), and letters that no accent explains as
    their plain form (`ø` as `o`). Most texts have as many bytes as letters, so they have none of those; looking for
    them costs more than all other steps. -#}
{% macro plain_letters(expression) -%}
    {%- set wide = '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ－' -%}
    {%- set plain = '0123456789abcdefghijklmnopqrstuvwxyz-' -%}
    if(
        strlen({{ expression }}) = length({{ expression }}),
        lower({{ expression }}),
        replace(replace(replace(
            translate(lower({{ expression }}), '{{ wide }}øłđðıħ', '{{ plain }}olddih'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'
        )
    )
{%- endmacro %}

{#- Whether a text has words of plain letters and digits, with one space between them. -#}
{% macro is_plain_words(expression) -%}
    regexp_full_match({{ expression }}, '[A-Za-z0-9]+( [A-Za-z0-9]+)*')
{%- endmacro %}

{#- A text with its dotted initials as one word: `Ann Rowe, M.D.` as `Ann Rowe, MD`. Most texts have no dot. -#}
{% macro initials_joined(expression) -%}
    if(
        contains({{ expression }}, '.'),
        regexp_replace(
            regexp_replace(
                {{ expression }}, '\b([A-Za-z])[.] ?([A-Za-z])[.] ?([A-Za-z])\b[.]?', '\1\2\3', 'g'
            ),
            '\b([A-Za-z])[.] ?([A-Za-z])\b[.]?', '\1\2', 'g'
        ),
        {{ expression }}
    )
{%- endmacro %}

{#- Like `folded`, for the matching: letters without a plain form in Unicode get one, and the marks of Japanese, Thai and
    Indian scripts stay, because there they are letters. Most texts are plain words already. -#}
{% macro comparable(expression) -%}
    if(
        {{ is_plain_words(expression) }},
        lower({{ expression }}),
        trim(regexp_replace(regexp_replace(
            {{ without_accents(plain_letters(expression)) }}, '[''’`]', '', 'g'), '[^\p{L}\p{N}\p{M}]+', ' ', 'g'
        ))
    )
{%- endmacro %}

{#- A text without the accents of Latin, Greek and Cyrillic letters. -#}
{% macro without_accents(expression) -%}
    if(
        regexp_matches({{ expression }}, '[^\x00-\x{052F}\x{1E00}-\x{2BFF}]'),
        array_to_string(list_transform(
            string_split(nfc_normalize({{ expression }}), ''),
            lambda letter: if(letter < chr(1328) or letter between chr(7680) and chr(8191), strip_accents(letter), letter)
        ), ''),
        strip_accents({{ expression }})
    )
{%- endmacro %}

{#- The words of a folded name. In a script without spaces, such as Japanese or Thai, each two letters are a word. No
    letter of these scripts is one byte. -#}
{% macro name_words(expression) -%}
    if(
        strlen({{ expression }}) = length({{ expression }}),
        list_filter(string_split({{ expression }}, ' '), lambda word: word != ''),
        list_filter(
            flatten(list_transform(
                string_split({{ expression }}, ' '),
                lambda word: if(
                    regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]')
                    and length(word) > 2,
                    {{ letter_pairs('word') }},
                    [word]
                )
            )),
            lambda word: word != ''
        )
    )
{%- endmacro %}

{#- Each two letters of a text that stand side by side. -#}
{% macro letter_pairs(expression) -%}
    list_transform(range(1, length({{ expression }})), lambda place: substring({{ expression }}, place, 2))
{%- endmacro %}

{#- How alike two texts are, from 0 to 1: twice the letter pairs that they share, of all their letter pairs (Dice 1945).
    It counts letters, where the functions of DuckDB count bytes. -#}
{% macro letter_pair_similarity(one, other) -%}
    coalesce(
        2.0 * len(list_intersect({{ letter_pairs(one) }}, {{ letter_pairs(other) }}))
        / nullif(
            len(list_distinct({{ letter_pairs(one) }})) + len(list_distinct({{ letter_pairs(other) }})), 0
        ),
        0
    )
{%- endmacro %}

{#- The share of the letter pairs of the shorter of two texts that the other has, from 0 to 1. -#}
{% macro shorter_text_share(one, other) -%}
    coalesce(
        1.0 * len(list_intersect({{ letter_pairs(one) }}, {{ letter_pairs(other) }}))
        / nullif(
            least(len(list_distinct({{ letter_pairs(one) }})), len(list_distinct({{ letter_pairs(other) }}))), 0
        ),
        0
    )
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
                string_split({{ expression }}, ' '),
                lambda word: coalesce(
                    {{ meanings }}[word],
                    list_transform(
                        list_filter(
                            map_keys({{ endings }}), lambda ending: ends_with(word, ending) and length(word) > length(ending)
                        ),
                        lambda ending: left(word, length(word) - length(ending)) || {{ endings }}[ending]
                    )[1],
                    word
                )
            ),
            lambda word: word != ''
        ),
        ' '
    )
{%- endmacro %}

{#- A stem, from its key, as a number whose last five digits are its information. One list then holds both. -#}
{% macro stem_code(stem_key, information) -%}
    ({{ stem_key }} % 10000000000000 * 100000 + {{ information }})
{%- endmacro %}

{#- A stem, from its key, as a number whose last digit is the rank of its word's class. -#}
{% macro word_code(stem_key, word_class) -%}
    ({{ stem_key }} % 10000000000000 * 10 + {{ word_class }})
{%- endmacro %}

{#- The highest class of a word that only the first of two names has, from its word codes and the words of the other,
    which are word codes without their last digit; 0 for none. -#}
{% macro extra_word_class(codes, other_words) -%}
    coalesce(list_max(list_transform(
        list_filter({{ codes }}, lambda code: not list_contains({{ other_words }}, code // 10)), lambda code: code % 10
    )), 0)
{%- endmacro %}

{#- The information that the names of two records share, from their stem codes. -#}
{% macro shared_information(codes, other_codes) -%}
    coalesce(list_sum(list_transform(
        {{ codes }}, lambda code: if(list_contains({{ other_codes }}, code), code % 100000, 0)
    )), 0)
{%- endmacro %}

{#- The words of a text in the order of the alphabet. -#}
{% macro sorted_words(expression) -%}
    array_to_string(list_sort(string_split({{ expression }}, ' ')), ' ')
{%- endmacro %}
