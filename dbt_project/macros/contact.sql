{#- The host of a URL, without www. -#}
{% macro host_of(expression) -%}
    nullif(regexp_extract(lower({{ expression }}), '^(?:https?://)?(?:www\.)?([^/?#:]+)', 1), '')
{%- endmacro %}

{#- A URL as it is compared: without scheme, www, query and a slash at the end. A profile without a name is its number. -#}
{% macro url_key(expression) -%}
    rtrim(regexp_extract(
        lower({{ expression }}), '^(?:https?://)?(?:www\.)?([^?#]*/profile\.php\?id=[0-9]+|[^?#]*)', 1
    ), '/')
{%- endmacro %}

{#- The part of a host that somebody registered: `clubs.example.co.uk` is `example.co.uk`. -#}
{% macro registrable_domain(expression) -%}
    nullif(regexp_extract(
        {{ host_of(expression) }}, '([^.]+\.(?:(?:co|com|org|ac|gov|net|edu|or|ne|go)\.[a-z]{2}|[a-z0-9-]+))$', 1
    ), '')
{%- endmacro %}
