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

{#- One row per host of the URLs in `relation`, with its registrable domain: `clubs.example.co.uk` gives `example.co.uk`,
    `club.github.io` itself; null for a public suffix. The caller has the seed as the CTE `public_suffixes`. An exception
    comes before every rule, and a longer rule before a shorter one. -#}
{% macro registrable_domains(relation, url) -%}
    select
        host,
        if(domain_start >= 1, array_to_string(host_labels[domain_start:], '.'), null) as domain
    from (
        select
            hosts.host,
            any_value(hosts.host_labels) as host_labels,
            arg_max(
                hosts.suffix_start - coalesce(public_suffixes.labels, 1),
                if(
                    public_suffixes.labels = 0,
                    1000,
                    len(hosts.host_labels) - hosts.suffix_start + coalesce(public_suffixes.labels, 1)
                )
            ) as domain_start
        from (
            select
                host,
                string_split(host, '.') as host_labels,
                unnest(range(1, len(string_split(host, '.')) + 1)) as suffix_start
            from (select distinct {{ host_of(url) }} as host from {{ relation }})
            where host is not null
        ) as hosts
        left join public_suffixes
            on array_to_string(hosts.host_labels[hosts.suffix_start:], '.') = public_suffixes.suffix
        where public_suffixes.suffix is not null or hosts.suffix_start = len(hosts.host_labels)
        group by hosts.host
    )
{%- endmacro %}

{#- The calling code of a number in E.164; an empty text for a number without a plus. No calling code is the beginning
    of another: a number has one of the `short_codes`, of one or two digits, or a code of three. -#}
{% macro calling_code(phone, short_codes) -%}
    case
        when not starts_with({{ phone }}, '+') then ''
        when list_contains({{ short_codes }}, substr({{ phone }}, 2, 1)) then substr({{ phone }}, 2, 1)
        when list_contains({{ short_codes }}, substr({{ phone }}, 2, 2)) then substr({{ phone }}, 2, 2)
        else substr({{ phone }}, 2, 3)
    end
{%- endmacro %}

{#- A phone as it is compared: the whole national number without zeros before it. So a number without a country meets
    the same number with its calling code, and one whose calling code stands there twice (`+49 49 231 140442`). A digit
    that a country put into its mobile numbers goes. -#}
{% macro national_number(phone, calling_code) -%}
    {%- set national = "ltrim(" ~ phone ~ ", '+')[length(" ~ calling_code ~ ") + 1:]" -%}
    {%- set once = "ltrim(if(" ~ calling_code ~ " != '' and starts_with(" ~ national ~ ", " ~ calling_code ~ ") and length("
        ~ national ~ ") - length(" ~ calling_code ~ ") >= 7, " ~ national ~ "[length(" ~ calling_code ~ ") + 1:], "
        ~ national ~ "), '0')" -%}
    if(
        length({{ once }}) > 10,
        regexp_replace({{ calling_code }} || {{ once }}, '{{ var('mobile_form') }}', '\1\2\3\4\5\6')[
            length({{ calling_code }}) + 1:
        ],
        {{ once }}
    )
{%- endmacro %}
