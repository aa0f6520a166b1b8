{#- The grain: no two rows have the same values in `columns`. Null counts as a value. A build of what changed looks at
    what it changed: the rows of the entities that it ranked or, with `newest`, those with the greatest of that column.
    Builds before have looked at the others. -#}
{% test one_row_per(model, columns, newest=none) %}
select {{ columns | join(', ') }}
from {{ model }}
{%- if newest or keeps_entities(model) %}
where
    coalesce((select max(scope) from {{ target.database }}.ops.build_scope), 'all') != 'changed'
    {%- if newest %}
    or {{ newest }} = (select max({{ newest }}) from {{ model }})
    {%- else %}
    or {{ is_made_again('entity_id', target.database) }}
    {%- endif %}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
