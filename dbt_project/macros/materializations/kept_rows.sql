{#- A build may rank only the entities that changed. The marts of entities keep the rows of the others. -#}

{#- Whether the relation is there from a build before, so that a model may read what it held. -#}
{% macro was_built(relation) -%}
    {{- return(execute and load_cached_relation(relation) is not none) -}}
{%- endmacro %}

{#- Whether the table has the rows of a build before, in the columns of this one. -#}
{% macro has_rows_before(target, compiled_code) %}
    {%- if config.get("keyed_by") is none or not was_built(target) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set before = names_and_types(adapter.get_columns_in_relation(target)) -%}
    {{- return(before == names_and_types(get_column_schema_from_query(compiled_code))) -}}
{%- endmacro %}

{% macro names_and_types(columns) %}
    {%- set found = {} -%}
    {%- for column in columns -%}
        {%- do found.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}

{#- The rows of the entities that this build ranks take the place of those that they had. It is one statement for every
    build, because a prepared build executes it again. -#}
{% macro replace_rows(target, compiled_code) -%}
    {%- set key = config.get("keyed_by") -%}
    delete from {{ target }}
    where
        {{ key }} in (
            select entity_id from {{ target.database }}.intermediate.int_entity_moments
            where ranked_because is not null
        )
        or coalesce((select max(scope) from {{ target.database }}.ops.build_scope), 'all') != 'changed';
    insert into {{ target }} by name ({{ compiled_code }});
{%- endmacro %}

{#- A golden record that wants the slug of another changes the slug of that one, too. -#}
{% macro renew_slugs() -%}
    update {{ this }} as entities
    set slug = slugs.slug
    from {{ ref('int_entity_slugs') }} as slugs
    where entities.entity_id = slugs.entity_id and entities.slug is distinct from slugs.slug
{%- endmacro %}
