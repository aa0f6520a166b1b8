{#- Stores a model's SQL in the transaction that creates its table. `trigpoint diff --trust` runs it again. -#}
{% macro forget_sql() -%}
    delete from ops.model_sql where relation = '{{ this }}'
{%- endmacro %}

{% macro keep_sql() -%}
    insert into ops.model_sql values ('{{ this }}', '{{ dbt.escape_single_quotes(model.compiled_code) }}')
{%- endmacro %}
