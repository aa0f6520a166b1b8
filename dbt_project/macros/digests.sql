{#- Digests of rows, by which a build finds what landed since the build before. -#}

{#- The values as one text. A null is not an empty text of another column. -#}
{% macro concatenated(columns) -%}
    concat_ws('|', coalesce({{ columns | join("::varchar, ''), coalesce(") }}::varchar, ''))
{%- endmacro %}

{#- A number of the row's values. The sum of such numbers does not depend on the order of the rows. -#}
{% macro row_digest(columns) -%}
    {{ row_fingerprint(columns) }}::hugeint
{%- endmacro %}
