{#- Each model becomes a table of Parquet files, a view, too: what reads it would compute it again. Hooks do not run:
    they change rows, and those of Parquet files stay. -#}
{% materialization table, adapter="duckdb_on_spark" %}
    {{- return(made_by_spark(appends=false)) -}}
{% endmaterialization %}

{% materialization view, adapter="duckdb_on_spark" %}
    {{- return(made_by_spark(appends=false)) -}}
{% endmaterialization %}

{% materialization incremental, adapter="duckdb_on_spark" %}
    {{- return(made_by_spark(appends=is_incremental())) -}}
{% endmaterialization %}

{% macro made_by_spark(appends) %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set contract = model.columns.keys() | list if config.get("contract").enforced else none -%}
    {%- do store_result("main", response=adapter.make_table(target, compiled_code, contract, appends)) -%}
    {{- return({"relations": [target]}) -}}
{% endmacro %}

{% materialization seed, adapter="duckdb_on_spark" %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set path = invocation_args_dict.project_dir ~ "/" ~ model.original_file_path -%}
    {%- do store_result("main", response=adapter.load_seed(target, path, config.get("column_types"))) -%}
    {%- do store_result("agate_table", response="not read") -%} {#- dbt asks for it -#}
    {{- return({"relations": [target]}) -}}
{% endmaterialization %}

{#- dbt asks for a statement that makes a table: a unit test for the columns of a query, a data test for rows to keep. -#}
{% macro duckdb_on_spark__get_create_table_as_sql(temporary, relation, sql) %}
    {%- if temporary -%}
        {%- do adapter.make_view(relation, sql) -%}
    {%- else -%}
        {%- do adapter.make_table(relation, sql, none, false) -%}
    {%- endif -%}
    {{- return("select 1") -}}
{% endmacro %}

{#- A unit test asks for the columns of the model's query, then for its rows. Both come from a view of the query: it runs
    as a model does, with its steps written to files, and not again for the rows. -#}
{% macro duckdb_on_spark__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    {%- do adapter.make_view(view_of_node(), select_sql) -%}
    {{- return(default__get_empty_subquery_sql("select * from " ~ view_of_node())) -}}
{% endmacro %}

{% macro duckdb_on_spark__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) %}
    {%- set rows = "select * from " ~ view_of_node() -%}
    {{- return(default__get_unit_test_sql(rows, expected_fixture_sql, expected_column_names)) -}}
{% endmacro %}

{% macro view_of_node() %}
    {{- return(api.Relation.create(identifier=model.unique_id | replace(".", "__"))) -}}
{% endmacro %}
