{#- dbt reads a seed in Python first, to guess the types of its columns. Ours are all declared, so DuckDB reads it alone. -#}
{% materialization seed, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {#- Not the path in the parsed project, which is that of another folder if this one was moved. -#}
    {%- set path = invocation_args_dict.project_dir ~ "/" ~ model.original_file_path -%}
    {{- run_hooks(pre_hooks) -}}
    {%- call statement("main") -%}
        create or replace table {{ target }} as
        from read_csv(
            '{{ dbt.escape_single_quotes(path) }}',
            header = true,
            delim = ',',
            quote = '"',
            escape = '"',
            types = {{ config.get("column_types") }}
        )
    {%- endcall -%}
    {%- do store_result("agate_table", response="not read") -%} {#- dbt asks for it -#}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{- return({"relations": [target]}) -}}
{% endmaterialization %}
