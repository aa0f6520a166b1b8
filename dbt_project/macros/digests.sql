{#- Digests of rows, by which a build finds what changed since the build before. -#}

{#- The values as one text. A null is not an empty text of another column. -#}
{% macro concatenated(columns) -%}
    concat_ws(
        '|',
        {%- for column in columns %}
        coalesce({{ column }}::varchar, ''){{ '' if loop.last else ',' }}
        {%- endfor %}
    )
{%- endmacro %}

{#- A number of the row's values. The sum of such numbers does not depend on the order of the rows. -#}
{% macro row_digest(columns) -%}
    md5_number_lower({{ concatenated(columns) }})::hugeint
{%- endmacro %}
