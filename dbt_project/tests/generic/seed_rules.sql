{#- Rules of seeds in addition to dbt's own four tests. `trigpoint` checks every seed by the same declarations before
    it builds. -#}

{% test in_range(model, column_name, least="'-infinity'::double", greatest="'infinity'::double") %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} < {{ least }} or {{ column_name }} > {{ greatest }}
{% endtest %}

{#- `form` describes `pattern` in words. -#}
{% test matches(model, column_name, pattern, form) %}
select {{ column_name }}
from {{ model }}
where not regexp_full_match({{ column_name }}, '{{ pattern }}')
{% endtest %}

{#- The rows name each of `values` exactly once and nothing else. A slash separates the columns. -#}
{% test names_exactly(model, columns, values) %}
select
    named.name,
    wanted.name as wanted_name
from (select concat_ws('/', {{ columns | join(', ') }}) as name from {{ model }}) as named
full join (select unnest({{ values }}) as name) as wanted
    on named.name = wanted.name
group by all
having count(*) > 1 or named.name is null or wanted.name is null
{% endtest %}

{#- Every row of another seed has a row here. -#}
{% test names_all_of(model, columns, to, fields) %}
select {{ fields | join(', ') }} from {{ to }}
except
select {{ columns | join(', ') }} from {{ model }}
{% endtest %}

{#- dbt's `relationships` for several columns. -#}
{% test refers_to(model, columns, to, fields) %}
select {{ columns | join(', ') }} from {{ model }}
except
select {{ fields | join(', ') }} from {{ to }}
{% endtest %}
