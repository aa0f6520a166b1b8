{#- Texts and rows as numbers. Only this file names the hash of an engine; a test holds this. -#}

{#- Columns as one number of 60 bits, from md5: the same on every engine. It is for what is stored or ordered. One
    column is taken as it is. Of several, null is an empty text. -#}
{% macro text_key(columns) -%}
    {%- if columns is string -%}
        {%- set text = columns -%}
    {%- else -%}
        {%- set text = "concat_ws('|', coalesce(" ~ columns | join("::varchar, ''), coalesce(") ~ "::varchar, ''))" -%}
    {%- endif -%}
    ('0x' || left(md5({{ text }}), 15))::bigint
{%- endmacro %}

{#- Columns as one number by the engine's own hash, a tenth of the work: for joins and groups of one build. It is never
    stored or ordered, because another engine or version has other numbers. -#}
{% macro passing_key(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- A whole row, or some of its columns, as one number by the engine's own hash, to see whether it changed: a build
    compares it with that of the build before. After a new version of the engine, a build ranks all entities and
    compares none. -#}
{% macro row_fingerprint(row) -%}
    hash({{ row if row is string else row | join(', ') }})
{%- endmacro %}
