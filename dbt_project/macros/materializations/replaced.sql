{#- dbt-duckdb builds a relation beside the old one, renames both and drops the old one. That keeps the old one if a build
    fails. In DuckDB one transaction does the same, with a fifth of the statements. dbt needs longer for each of them
    than DuckDB needs for most models. -#}
{% materialization table, adapter="duckdb" %}
    {{- return(replaced_relation("table", pre_hooks, post_hooks)) -}}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {{- return(replaced_relation("view", pre_hooks, post_hooks)) -}}
{% endmaterialization %}

{#- dbt reads a seed in Python first, to guess the types of its columns. Ours are all declared, so DuckDB reads it alone. -#}
{% materialization seed, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {{- run_hooks(pre_hooks) -}}
    {%- call statement("main") -%}
        create or replace table {{ target }} as
        from read_csv(
            '{{ adapter.get_seed_file_path(model) }}', header = true, delim = ',', quote = '"', escape = '"', types = {{ config.get("column_types") }}
        )
    {%- endcall -%}
    {%- do store_result("agate_table", response="not read") -%} {#- dbt asks for it -#}
    {%- do persist_docs(target, model) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{- return({"relations": [target]}) -}}
{% endmaterialization %}

{#- Replaces the model's table or view in one transaction, hooks and comments included. -#}
{% macro replaced_relation(kind, pre_hooks, post_hooks) -%}
    {%- set before = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=kind) -%}
    {{- run_hooks(pre_hooks) -}}
    {%- if before is not none and before.type != kind -%}
        {%- do adapter.drop_relation(before) -%}
    {%- endif -%}
    {%- call statement("main") -%}
        drop {{ kind }} if exists {{ target }};
        {{ create_table_as(false, target, model.compiled_code) if kind == "table" else create_view_as(target, model.compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(target, model) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{- return({"relations": [target]}) -}}
{%- endmacro %}
