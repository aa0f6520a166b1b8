{#- Whether a folded text has only Latin letters and digits. -#}
{% macro is_latin(expression) -%}
    not regexp_matches({{ expression }}, '[^\x00-\x{02FF}\x{1E00}-\x{2BFF}]')
{%- endmacro %}

{#- The script of a folded text as a number: 0 for Latin, 93 for Chinese and Japanese, 344 for Korean; for others, a
    number of the first letter that is not Latin. -#}
{% macro script_code(expression) -%}
    case
        when {{ is_latin(expression) }} then 0
        else {{ script_of_letter("regexp_extract(" ~ expression ~ ", '[^\\x00-\\x{02FF}\\x{1E00}-\\x{2BFF}]')") }}
    end
{%- endmacro %}

{% macro script_of_letter(letter) -%}
    case
        when {{ letter }} >= '가' then 344
        when {{ letter }} >= '⺀' then 93
        else ord({{ letter }}) // 128
    end
{%- endmacro %}

{#- The two parts of a name in two scripts, `Moana` and `モアナ` of `Moana (モアナ)`; no part of other names. -#}
{% macro names_by_script(name) -%}
    case
        when
            strlen({{ name }}) > length({{ name }}) -- without this, most names would be read twice for nothing
            and regexp_matches({{ name }}, '[a-zA-Z]{2}')
            and regexp_matches({{ name }}, '[^\x00-\x{02FF}\x{1E00}-\x{2BFF}]{2}')
            then [
                regexp_replace({{ name }}, '[^\x00-\x{02FF}\x{1E00}-\x{2BFF}]+', ' ', 'g'),
                regexp_replace({{ name }}, '[\x21-\x{02FF}\x{1E00}-\x{2BFF}]+', ' ', 'g')
            ]
        else []
    end
{%- endmacro %}

{#- The consonants of a name in Latin letters, in seven classes, so that two ways of transliteration agree: `yusuf` and
    `ywsf`, `qahwa` and `kahva`, `zhuravl` and `juravl`. -#}
{% macro consonants(latin) -%}
    {%- set ns = namespace(text=latin) -%}
    {%- for letters, class in [('t?[csz]h|t[csz]', 's'), ('x', 'ks'), ('[kg]h', 'k'), ('[^bcdfgjklmnpqrstvxz ]', '')] -%}
        {%- set ns.text = "regexp_replace(" ~ ns.text ~ ", '" ~ letters ~ "', '" ~ class ~ "', 'g')" -%}
    {%- endfor -%}
    {%- set ns.text = "translate(" ~ ns.text ~ ", 'pvfgqcjztr', 'bbbkkkssdl')" -%}
    {%- for class in ['b', 'k', 's', 'd', 'l', 'm', 'n'] -%}
        {%- set ns.text = "regexp_replace(" ~ ns.text ~ ", '" ~ class ~ "+', '" ~ class ~ "', 'g')" -%}
    {%- endfor -%}
    {{ ns.text }}
{%- endmacro %}

{#- How alike two texts of plain letters are, from 0 to 1, by their edit distance. -#}
{% macro edit_similarity(one, other) -%}
    (1 - levenshtein({{ one }}, {{ other }}) / greatest(length({{ one }}), length({{ other }}), 1))
{%- endmacro %}

{#- How many words of one list, as consonants, sound like no word of another name and stand nowhere in it. An Arabic
    word may have its article (`l`) before it. -#}
{% macro words_without_sound(words, other_words, other_sounds) -%}
    len(list_filter(
        {{ words }},
        lambda word: not (length(word) > 2 and contains({{ other_sounds }}, word))
        and len(list_filter(
            {{ other_words }},
            lambda other: word = 'l' || other or other = 'l' || word
            or {{ edit_similarity('word', 'other') }} >= {{ var('like_word_similarity') }}
        )) = 0
    ))
{%- endmacro %}

{#- The Chinese letters of everyday use stand in one range of Unicode. -#}
{% macro first_chinese_letter() -%}
    19968
{%- endmacro %}

{% macro last_chinese_letter() -%}
    40959
{%- endmacro %}

{#- A text with simplified letters for traditional ones: one name may be written in both. `letters` has the simplified
    letter of each Chinese letter in the order of Unicode. -#}
{% macro simplified(expression, letters) -%}
    if(
        strlen({{ expression }}) > length({{ expression }}) and regexp_matches({{ expression }}, '[一-鿿]'),
        array_to_string(list_transform(
            string_split({{ expression }}, ''),
            lambda letter: if(
                letter between '一' and '鿿', {{ letters }}[ord(letter) - {{ first_chinese_letter() }} + 1], letter
            )
        ), ''),
        {{ expression }}
    )
{%- endmacro %}
