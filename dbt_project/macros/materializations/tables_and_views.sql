{#- A table or view takes the place of the one before in one transaction. dbt-duckdb builds it beside that one, renames
    both and drops the old, which is a fifth of the work of a build. -#}
{% materialization table, adapter="duckdb" %}
    {{- return(replaced_relation("table", compiled_code, pre_hooks, post_hooks)) -}}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {{- return(replaced_relation("view", compiled_code, pre_hooks, post_hooks)) -}}
{% endmaterialization %}

{#- The brackets around a model stand on lines of their own, because its last line may be a comment. -#}
{% macro replaced_relation(kind, compiled_code, pre_hooks, post_hooks) %}
    {%- set target = this.incorporate(type=kind) -%}
    {%- set has_contract = config.get("contract").enforced -%}
    {{ run_hooks(pre_hooks) }}
    {%- do drop_other_type(target) -%}

    {% call statement("main") -%}
        {%- if has_contract -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
        {%- endif -%}
        {%- if kind == "table" and has_rows_before(target, compiled_code) -%}
            {{ replace_rows(target, compiled_code) }}
        {%- elif has_contract and kind == "table" -%}
            create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
            insert into {{ target }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }});
        {%- else -%}
            create or replace {{ kind }} {{ target }} as (
                {{ compiled_code }}
            );
        {%- endif -%}
        {{ comments(target) }}
    {%- endcall %}

    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({"relations": [target]}) }}
{% endmacro %}

{#- A table cannot replace a view, nor a view a table. -#}
{% macro drop_other_type(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none and existing.type != target.type -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
{% endmacro %}

{#- The descriptions of a relation and of its columns, where `persist_docs` wants them in the database. dbt would look
    up which columns it has; here a contract says that it has all. -#}
{% macro comments(target) %}
    {%- if config.persist_relation_docs() -%}
        comment on {{ target.type }} {{ target }} is {{ duckdb_escape_comment(model.description) }};
    {%- endif %}
    {%- if config.persist_column_docs() -%}
        {%- for column in model.columns.values() -%}
            comment on column {{ target }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endif %}
{% endmacro %}
