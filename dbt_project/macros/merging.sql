{#- A value as it is compared: a difference in spelling is agreement, not conflict. -#}
{% macro normalised_value(field_name, value) -%}
    case
        when {{ field_name }} like '%_url' then {{ url_key(value) }}
        when {{ field_name }} in ('latitude', 'longitude') then round({{ value }}::double, 3)::varchar
        when {{ field_name }} in ('entity_name', 'street_address', 'locality', 'city', 'summary', 'description')
            then {{ folded(value) }}
        when {{ field_name }} = 'postcode' then replace(upper({{ value }}), ' ', '')
        when {{ field_name }} = 'opening_hours' then replace({{ value }}, ' ', '')
        else {{ value }}
    end
{%- endmacro %}
