{#- JSON access, in one place for each engine. A path that is not there, or of another type, is null. -#}
{% macro json_text(expression, path) -%}
    {{ blank_to_null("json_extract_string(" ~ expression ~ ", '" ~ path ~ "')") }}
{%- endmacro %}

{% macro json_number(expression, path) -%}
    try_cast(json_extract_string({{ expression }}, '{{ path }}') as double)
{%- endmacro %}

{% macro json_texts(expression, path) -%}
    coalesce(json_extract_string({{ expression }}, '{{ path }}[*]'), [])
{%- endmacro %}
