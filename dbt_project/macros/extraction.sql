{#- Which version of what read a claim: the rules', or the model with its prompt's. -#}
{% macro read_by(extractor) -%}
case
        when {{ extractor }} = 'llm' then extractions.model || ' (prompt ' || extractions.prompt_version || ')'
        else split_part(extractions.extractor_version, '+', 1)
    end
{%- endmacro %}
