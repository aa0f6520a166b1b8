{#- A build may rank only the entities that changed. The marts of entities keep the rows of the others. -#}

{#- Whether the relation is there from a build before, so that a model may read what it held. -#}
{% macro was_built(relation) -%}
    {{- return(execute and load_cached_relation(relation) is not none) -}}
{%- endmacro %}

{#- Whether this build ranks only what changed, and the table has the rows of the other entities. -#}
{% macro keeps_rows(target) -%}
    {%- if config.get("keyed_by") is none or not was_built(target) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set scope = run_query("select scope from " ~ target.database ~ ".ops.build_scope") -%}
    {{- return(scope.columns[0].values() | list == ("changed",) | list) -}}
{%- endmacro %}

{#- The rows of the entities that this build ranks take the place of those that they had. -#}
{% macro replace_rows(target, compiled_code) -%}
    {%- set key = config.get("keyed_by") -%}
    delete from {{ target }}
    where {{ key }} in (
        select entity_id from {{ target.database }}.intermediate.int_entity_moments
        where ranked_because is not null
    );
    insert into {{ target }} by name ({{ compiled_code }});
{%- endmacro %}

{#- A golden record that wants the slug of another changes the slug of that one, too. -#}
{% macro renew_slugs() -%}
    update {{ this }} as entities
    set slug = slugs.slug
    from {{ ref('int_entity_slugs') }} as slugs
    where entities.entity_id = slugs.entity_id and entities.slug is distinct from slugs.slug
{%- endmacro %}
