{#- Loads a seed with explicit CSV options. With detection, DuckDB takes an apostrophe for the quotation mark in a
    file that has no other. -#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set sql %}
        copy {{ this.render() }} from '{{ adapter.get_seed_file_path(model) | replace("'", "''") }}'
        (format csv, header true, delimiter ',', quote '"', escape '"', auto_detect false)
    {% endset %}
    {%- set _ = adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
