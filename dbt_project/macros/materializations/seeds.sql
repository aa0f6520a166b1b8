{#- dbt reads a seed in Python first, to guess the types of its columns. Ours are all declared, so DuckDB reads it alone.
    What was loaded is written beside it: a build loads no seed again whose file is the same (`orchestrate/seeds/loaded.py`).
    The fingerprint is taken first. A file that is edited meanwhile is then loaded once more, and never missed. -#}
{% materialization seed, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {#- Not the path in the parsed project, which is that of another folder if this one was moved. -#}
    {%- set path = invocation_args_dict.project_dir ~ "/" ~ model.original_file_path -%}
    {{- run_hooks(pre_hooks) -}}
    {%- call statement("main") -%}
        {{ loaded_seed(this.schema ~ "." ~ this.identifier, path) }}
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

{#- Writes what is loaded: this file, the seed's file and the types of its columns. A database that Trigpoint did not
    make has no such table. -#}
{% macro loaded_seed(relation, path) %}
    {%- set macros = invocation_args_dict.project_dir ~ "/dbt_project/macros/materializations/seeds.sql" -%}
    {%- set record = "select 1 from duckdb_tables() where schema_name = 'ops' and table_name = 'loaded_seeds'" -%}
    {%- if run_query(record).rows -%}
        delete from ops.loaded_seeds where relation = '{{ relation }}';
        insert into ops.loaded_seeds
        select
            '{{ relation }}',
            (select sha256(content) from read_blob('{{ dbt.escape_single_quotes(macros) }}'))
            || (select sha256(content) from read_blob('{{ dbt.escape_single_quotes(path) }}'))
            || '{{ dbt.escape_single_quotes(tojson(config.get("column_types"))) }}';
    {%- endif -%}
{% endmacro %}
