{#- JSON access, in one place for each engine. A path that is not there, or of another type, is null. Whatever has landed,
    nothing here raises: what is no number of the kind asked for is null. -#}
{% macro json_text(expression, path) -%}
    {{ blank_to_null("json_extract_string(" ~ expression ~ ", '" ~ path ~ "')") }}
{%- endmacro %}

{#- A finite number: `NaN` and `1e999` are texts to a caster, and no numbers. -#}
{% macro json_number(expression, path) -%}
    {%- set number = "try_cast(json_extract_string(" ~ expression ~ ", '" ~ path ~ "') as double)" -%}
    if(isfinite({{ number }}), {{ number }}, null)
{%- endmacro %}

{#- The nearest whole number of up to 64 bits. -#}
{% macro json_integer(expression, path) -%}
    try_cast({{ json_number(expression, path) }} as bigint)
{%- endmacro %}

{#- What an object holds under a key that is data: a pointer, since in a path `*`, a quote or no letter at all would mean
    something else, or raise. -#}
{% macro json_at_key(object, key) -%}
    json_extract_string({{ object }}, '/' || replace(replace({{ key }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{% macro json_boolean(expression, path) -%}
    try_cast(json_extract_string({{ expression }}, '{{ path }}') as boolean)
{%- endmacro %}

{% macro json_texts(expression, path) -%}
    coalesce(json_extract_string({{ expression }}, '{{ path }}[*]'), [])
{%- endmacro %}

{#- An object as a map from its keys in capital letters to their texts; of keys that differ in case alone, the first. -#}
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
                    lambda id: id[len(namespace) + 2:]
                )
            }
        )))
{%- endmacro %}

{#- The field `discovered_attributes` as JSON, with Google's word for the status where readers of attributes look for it. -#}
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
