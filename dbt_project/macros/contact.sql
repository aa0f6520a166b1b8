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

{#- E.164 of a number as it is written in a country with this calling code and this digit before national numbers. -#}
{% macro national_e164(expression, calling_code, trunk_prefix) -%}
    {%- set digits = "regexp_replace(" ~ expression ~ ", '[^0-9+]', '', 'g')" -%}
    {%- set bare = "regexp_replace(" ~ digits ~ ", '^(\\+|00)', '')" -%}
    case
        when length({{ digits }}) < 8 or length({{ digits }}) > 16 then null
        when regexp_matches({{ digits }}, '^(\+|00)') then '+' || {{ bare }}
        when {{ trunk_prefix }} != '' and starts_with({{ digits }}, {{ trunk_prefix }})
            then '+' || {{ calling_code }} || substr({{ digits }}, length({{ trunk_prefix }}) + 1)
        else '+' || {{ calling_code }} || {{ digits }}
    end
{%- endmacro %}

{#- The part of a host that somebody registered: `clubs.example.co.uk` is `example.co.uk`. -#}
{% macro registrable_domain(expression) -%}
    nullif(regexp_extract(
        {{ host_of(expression) }}, '([^.]+\.(?:(?:co|com|org|ac|gov|net|edu|or|ne|go)\.[a-z]{2}|[a-z0-9-]+))$', 1
    ), '')
{%- endmacro %}
