{#- E.164 of a British number, or of any that starts with +; null when it cannot be one. -#}
{% macro to_e164(expression) -%}
    {%- set digits = "regexp_replace(regexp_replace(" ~ expression ~ ", '\\(0\\)', ''), '[^0-9+]', '', 'g')" -%}
    case
        when regexp_matches({{ digits }}, '^(\+44|0044|0)[1-9][0-9]{8,9}$')
            then '+44' || regexp_replace({{ digits }}, '^(\+44|0044|0)', '')
        when regexp_matches({{ digits }}, '^\+[1-9][0-9]{6,14}$') and not starts_with({{ digits }}, '+44') then {{ digits }}
    end
{%- endmacro %}

{#- The host of a URL, without www. -#}
{% macro host_of(expression) -%}
    nullif(regexp_extract(lower({{ expression }}), '^(?:https?://)?(?:www\.)?([^/?#:]+)', 1), '')
{%- endmacro %}

{#- A URL as it is compared: without scheme, www, query and a slash at the end. -#}
{% macro url_key(expression) -%}
    rtrim(regexp_replace(regexp_replace(lower({{ expression }}), '^(https?://)?(www\.)?', ''), '[?#].*$', ''), '/')
{%- endmacro %}

{#- A URL of one of the social sites. -#}
{% macro only_host(expression, host) -%}
    case when {{ host_of(expression) }} in ('{{ host }}', 'm.{{ host }}') then {{ expression }} end
{%- endmacro %}

{#- E.164 of a number of the United States or Canada, which is ten digits with or without a leading 1. -#}
{% macro north_american_e164(expression, country) -%}
    case
        when upper({{ country }}) in ('US', 'CA')
            then nullif('+1' || regexp_extract(regexp_replace({{ expression }}, '[^0-9]', '', 'g'), '^1?([2-9][0-9]{9})$', 1), '+1')
    end
{%- endmacro %}
