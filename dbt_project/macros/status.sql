{#- How a name says what became of its place: in brackets, behind or before a dash or colon, and without either only if
    it is several words (`permanently closed`) or in capitals. Anything may follow a sign that ends with *. -#}
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

{#- One row per name in `names` that says that its place is closed or planned: the name without that, and what it says. -#}
{% macro status_in_names(names) -%}
    select
        name,
        first({ 'name': name_without, 'operating_status': operating_status } order by length(sign) desc, sign) as said
    from (
        select
            names.name,
            words.sign,
            words.operating_status,
            trim(regexp_replace(names.name, {{ status_pattern('words.sign') }}, ' ', 'g')) as name_without
        from {{ names }} as names
        inner join {{ ref('status_words') }} as words
            on
                contains(lower(names.name), split_part(words.sign, ' ', 1))
                and regexp_matches(names.name, {{ status_pattern('words.sign') }})
    )
    -- A name that is nothing else names nobody.
    where name_without != ''
    group by name
{%- endmacro %}

{#- A register's own word for whether a place is in use; null for a word that may mean anything. -#}
{% macro plain_status(expression) -%}
    case
        when lower({{ expression }}) in ('open', 'operational', 'in use', 'in operation') then 'operational'
        when lower({{ expression }}) in ('temporarily closed', 'closed temporarily', 'out of use') then 'closed_temporarily'
        when lower({{ expression }}) in ('closed', 'permanently closed', 'closed permanently', 'demolished', 'disused', 'derelict')
            then 'closed_permanently'
        when lower({{ expression }}) in ('planned', 'proposed', 'under construction') then 'planned'
    end
{%- endmacro %}
