{#- A pattern for a status inside a name. The status is in brackets, or before or after a dash or colon. Without
    either, it counts only if it has several words (`permanently closed`) or is in capitals. A sign that ends with *
    may be followed by any text. -#}
{% macro status_pattern(sign) -%}
    {%- set words = "replace(replace(" ~ sign ~ ", '*', '[^)\\]]*'), ' ', '\\s+')" -%}
    concat(
        '(?i:\s*[(\[{*]+\s*', {{ words }}, '\s*[!.]*\s*[)\]}*]+\s*',
        '|(\s+[-–—|:,]+\s*|[-–—|:,]+\s+)', {{ words }}, '[!.]*$',
        '|^', {{ words }}, '\s*[-–—|:!]+\s+',
        if(contains({{ sign }}, ' ') and not contains({{ sign }}, '*'), '|\s+' || {{ words }} || '$', ''), ')',
        if(contains({{ sign }}, ' '), '', '|\s+' || upper({{ sign }}) || '$')
    )
{%- endmacro %}

{#- One row per name in `names` that contains a status: the name without it, and the status. -#}
{% macro status_in_names(names) -%}
    with words as materialized (
        select
            sign,
            operating_status,
            split_part(sign, ' ', 1) as first_word,
            replace(split_part(sign, ' ', -1), '*', '') as last_word
        from {{ ref('status_words') }}
    ),

    lowered as materialized (
        select
            name,
            lower(name) as letters
        from {{ names }}
    ),

    -- Materialized, because the pattern is costly, and the database would try it on every name and sign. Few words
    -- begin a sign, and few names have one.
    candidates as materialized (
        select
            names.name,
            words.sign,
            words.operating_status
        from lowered as names
        inner join (select distinct first_word from words) as first_words
            on contains(names.letters, first_words.first_word)
        inner join words
            on first_words.first_word = words.first_word and contains(names.letters, words.last_word)
    )

    select
        name,
        first({ 'name': name_without, 'operating_status': operating_status } order by length(sign) desc, sign) as parsed
    from (
        select
            *,
            trim(regexp_replace(name, {{ status_pattern('sign') }}, ' ', 'g')) as name_without
        from candidates
        where regexp_matches(name, {{ status_pattern('sign') }})
    )
    -- A name that consists only of the status stays as it is.
    where name_without != ''
    group by name
{%- endmacro %}

{#- The operating status for a register's own word; null for an ambiguous word. -#}
{% macro plain_status(expression) -%}
    case
        when lower({{ expression }}) in ('open', 'operational', 'in use', 'in operation') then 'operational'
        when lower({{ expression }}) in ('temporarily closed', 'closed temporarily', 'out of use') then 'closed_temporarily'
        when lower({{ expression }}) in ('closed', 'permanently closed', 'closed permanently', 'demolished', 'disused', 'derelict')
            then 'closed_permanently'
        when lower({{ expression }}) in ('planned', 'proposed', 'under construction') then 'planned'
    end
{%- endmacro %}
