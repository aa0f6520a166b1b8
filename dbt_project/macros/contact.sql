{#- The host of a URL, without www. -#}
{% macro host_of(expression) -%}
    nullif(regexp_extract(lower({{ expression }}), '^(?:https?://)?(?:www\.)?([^/?#:]+)', 1), '')
{%- endmacro %}

{#- A URL in the form that is compared: without scheme, www, query and final slash. A profile without a name keeps its
    number. -#}
{% macro url_key(expression) -%}
    rtrim(regexp_extract(
        lower({{ expression }}), '^(?:https?://)?(?:www\.)?([^?#]*/profile\.php\?id=[0-9]+|[^?#]*)', 1
    ), '/')
{%- endmacro %}

{#- The registered part of a host: `clubs.example.co.uk` gives `example.co.uk`. -#}
{% macro registrable_domain(expression) -%}
    nullif(regexp_extract(
        {{ host_of(expression) }}, '([^.]+\.(?:(?:co|com|org|ac|gov|net|edu|or|ne|go)\.[a-z]{2}|[a-z0-9-]+))$', 1
    ), '')
{%- endmacro %}
