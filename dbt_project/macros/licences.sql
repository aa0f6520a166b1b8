{#- The classes of licences, the least strict first. -#}
{% macro licence_classes() -%}
    ['open', 'attribution', 'share_alike', 'restricted']
{%- endmacro %}

{#- The place of a class among them: the strictest has the highest number. -#}
{% macro licence_strictness(licence_class) -%}
    list_position({{ licence_classes() }}, {{ licence_class }})
{%- endmacro %}

{#- The class at a place among them. -#}
{% macro licence_class_of(strictness) -%}
    ({{ licence_classes() }})[{{ strictness }}]
{%- endmacro %}
