{#- True or false for a word that says so, in some languages; null for any other. -#}
{% macro yes_or_no(text) -%}
    case
        when lower(trim({{ text }})) in ('yes', 'y', 'true', '1', 'ja', 'oui', 'si', 'sí', 'sim', 'free', 'wlan', 'wifi')
            then true
        when lower(trim({{ text }})) in ('no', 'n', 'false', '0', 'nein', 'non', 'nee', 'não', 'none') then false
    end
{%- endmacro %}

{#- A text that is a JSON object; null for any other. -#}
{% macro json_object_text(text) -%}
    case when json_valid({{ text }}) and json_type({{ text }}) = 'OBJECT' then {{ text }} end
{%- endmacro %}

{#- The operating status that a word means; null for an unknown word. -#}
{% macro status_in_words(text) -%}
    case replace(lower(trim({{ text }})), ' ', '_')
        when 'operational' then 'operational'
        when 'open' then 'operational'
        when 'active' then 'operational'
        when 'closed_temporarily' then 'closed_temporarily'
        when 'temporarily_closed' then 'closed_temporarily'
        when 'closed_permanently' then 'closed_permanently'
        when 'permanently_closed' then 'closed_permanently'
        when 'closed' then 'closed_permanently'
        when 'planned' then 'planned'
    end
{%- endmacro %}
