{#- JSON access for staging, in one place. A missing path or another type gives null. Nothing here raises on any
    landed payload: a text that is no number of the expected kind gives null. -#}
{% macro json_text(expression, path) -%}
    {{ blank_to_null("json_extract_string(" ~ expression ~ ", '" ~ path ~ "')") }}
{%- endmacro %}

{#- A finite number. `NaN` and `1e999` are valid texts for a cast to double, so they are excluded here. -#}
{% macro json_number(expression, path) -%}
    {%- set number = "try_cast(json_extract_string(" ~ expression ~ ", '" ~ path ~ "') as double)" -%}
    if(isfinite({{ number }}), {{ number }}, null)
{%- endmacro %}

{#- The nearest whole number of up to 64 bits. -#}
{% macro json_integer(expression, path) -%}
    try_cast({{ json_number(expression, path) }} as bigint)
{%- endmacro %}

{#- The value of an object's key, where the key is data. It uses a JSON pointer: in a path, `*`, a quote or a key
    without letters would have another meaning or raise. -#}
{% macro json_at_key(object, key) -%}
    json_extract_string({{ object }}, '/' || replace(replace({{ key }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{% macro json_boolean(expression, path) -%}
    try_cast(json_extract_string({{ expression }}, '{{ path }}') as boolean)
{%- endmacro %}

{% macro json_texts(expression, path) -%}
    coalesce(json_extract_string({{ expression }}, '{{ path }}[*]'), [])
{%- endmacro %}

{#- An object as a map from its keys in upper case to their texts. Of keys that differ only in case, the first. -#}
{% macro json_fields(object) -%}
    {%- set keys = "json_keys(coalesce(" ~ object ~ ", '{}'))" -%}
    {%- set capitals = "list_transform(" ~ keys ~ ", lambda key: upper(key))" -%}
    {%- set names = "list_sort(list_distinct(" ~ capitals ~ "))" -%}
    map(
        {{ names }},
        list_transform(
            {{ names }},
            lambda name: {{ json_at_key(object, keys ~ "[list_position(" ~ capitals ~ ", name)]") }}
        )
    )
{%- endmacro %}

{#- The items of the field `external_ids` (`google_cid=42`) as JSON: the ids of each namespace. -#}
{% macro ids_by_namespace(ids) -%}
    to_json(map_from_entries(list_transform(
            list_sort(list_distinct(list_transform(coalesce({{ ids }}, []), lambda id: split_part(id, '=', 1)))),
            lambda namespace: {
                'k': namespace,
                'v': list_transform(
                    list_filter({{ ids }}, lambda id: starts_with(id, namespace || '=')),
                    lambda id: id[length(namespace) + 2:]
                )
            }
        )))
{%- endmacro %}

{#- The field `discovered_attributes` as JSON, with the operating status under Google's key, where readers of
    attributes expect it. -#}
{% macro attributes_with_status(attributes, status) -%}
    to_json(map_concat(
            map(coalesce({{ attributes }}.items, []), coalesce({{ attributes }}.values, [])),
            map_from_entries(list_filter(
                [{ 'field': 'business_status', 'value': {{ status }} }],
                lambda entry: entry.value is not null
            ))
        ))
{%- endmacro %}

{#- The ids of a record, each with its namespace: `google_cid:42`. -#}
{% macro qualified_ids(ids) -%}
    list_transform(
            json_keys({{ ids }}),
            lambda namespace: namespace || ':' || json_extract_string({{ ids }}, '$."' || namespace || '"')
        )
{%- endmacro %}
