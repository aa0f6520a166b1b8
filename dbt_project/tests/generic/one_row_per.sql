{#- The grain: no two rows have the same values in `columns`. Null counts as a value. A build of what changed looks at
    what it changed: the rows of the entities that it ranked or, with `newest`, those with the greatest of that column.
    `made_again_by` names other rows that it makes again, as `keyed_by` does for a model. Builds before have looked at
    the others. A build on Spark makes and looks at everything. -#}
{% test one_row_per(model, columns, newest=none, made_again_by=none) %}
select {{ columns | join(', ') }}
{%- if target.type == 'duckdb' and (newest or made_again_by or keeps_entities(model)) %}
from (
    select {{ columns | join(', ') }}
    from {{ model }}
    where {{ makes_everything_again(target.database) }}
    union all
    select {{ columns | join(', ') }}
    from {{ model }}
    where
        {{ scope_of_build(target.database) }} = 'changed'
        {%- if newest %}
        and {{ newest }} = (select max({{ newest }}) from {{ model }})
        {%- elif made_again_by %}
        and {{ made_again_where(made_again_by, target.database)[0] }}
        {%- else %}
        -- Few rows, so their other columns are not read for all.
        and rowid in (
            select rowid from {{ model }} where {{ made_again_where('entity_id', target.database)[0] }}
        )
        {%- endif %}
) as looked_at
{%- else %}
from {{ model }}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{#- dbt's `unique` for a key of records, which has the name of the source. A source that the build does not stage has
    the rows that builds before have looked at. -#}
{% test unique_in_each_source(model, column_name) %}
select {{ column_name }}
from {{ model }}
{%- if target.type == 'duckdb' %}
where {{ made_again_where('source_name', target.database)[0] }}
{%- endif %}
group by {{ column_name }}
having count(*) > 1
{% endtest %}
