{#- `"mo": [["07:00", "22:30"]]`: one day of a week from its rows. `day_number` counts from Monday, 0. -#}
{% macro day_as_json(day_number, opens, closes) -%}
    '"' || ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'][{{ day_number }} + 1] || '": ['
    || string_agg('["' || {{ opens }} || '", "' || {{ closes }} || '"]', ', ' order by {{ opens }}, {{ closes }}) || ']'
{%- endmacro %}

{#- The week as one JSON object from its days, the same text for the same hours whoever says them. -#}
{% macro week_as_json(day_json, day_number) -%}
    '{' || string_agg({{ day_json }}, ', ' order by {{ day_number }}) || '}'
{%- endmacro %}
