{#- The version of the extractor of a claim: the version of the rules, or the model with the version of its prompt.
    `extractions` is the alias of that table in the caller's `from`. -#}
{% macro read_by(extractor, extractions) -%}
    case
        when {{ extractor }} = 'llm' then {{ extractions }}.model || ' (prompt ' || {{ extractions }}.prompt_version || ')'
        else split_part({{ extractions }}.extractor_version, '+', 1)
    end
{%- endmacro %}

{#- The words around the quote, 40 characters on either side. Pages that copy each other share them. -#}
{% macro passage(text, char_start, char_end) -%}
    {{ folded("substr(" ~ text ~ ", greatest(" ~ char_start ~ " - 39, 1), " ~ char_end ~ " - greatest(" ~ char_start ~ " - 40, 0) + 40)") }}
{%- endmacro %}
