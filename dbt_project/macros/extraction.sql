{#- The version of the reader that gave a claim: the rules' own, or the model with its prompt's. `extractions` is the
    alias of the readings in the caller's `from`. -#}
{% macro read_by(extractor, extractions) -%}
    case
        when {{ extractor }} = 'llm' then {{ extractions }}.model || ' (prompt ' || {{ extractions }}.prompt_version || ')'
        else split_part({{ extractions }}.extractor_version, '+', 1)
    end
{%- endmacro %}

{#- The words in which a text says it, 40 characters either side: pages that copy each other share them. -#}
{% macro passage(text, char_start, char_end) -%}
    {{ folded("substr(" ~ text ~ ", greatest(" ~ char_start ~ " - 39, 1), " ~ char_end ~ " - greatest(" ~ char_start ~ " - 40, 0) + 40)") }}
{%- endmacro %}
