{#- The priority of a word of a closed list: the list's first word has the highest rank, its last word and any other have
    0. An order of the words themselves would change with their names. -#}
{% macro rank_in(words, word) -%}
    case {{ word }}
        {%- for one in words[:-1] %} when '{{ one }}' then {{ loop.length - loop.index0 }}{% endfor %} else 0
    end
{%- endmacro %}

{#- How well a text supports a claim. -#}
{% macro verification_rank(verification) -%}
    {{ rank_in(['verified', 'inferred', 'rejected'], verification) }}
{%- endmacro %}

{#- Which reader of a text goes first where both are equally sure. -#}
{% macro extractor_rank(extractor) -%}
    {{ rank_in(['llm', 'rules'], extractor) }}
{%- endmacro %}

{#- Which decision about a pair of records holds where a person wrote down both. -#}
{% macro decision_rank(decision) -%}
    {{ rank_in(['must_match', 'cannot_match'], decision) }}
{%- endmacro %}

{#- Which reason a pair of records in conflict has where there are several. -#}
{% macro conflict_rank(reason) -%}
    {{ rank_in(['cannot_match', 'other_door', 'negative_evidence', 'too_far', 'same_source_duplicates'], reason) }}
{%- endmacro %}

{#- Which reason a field without a value has where its readers give several. -#}
{% macro null_reason_rank(reason) -%}
    {{ rank_in([
        'budget_skipped', 'content_filtered', 'contradictory', 'invalid_format', 'not_attempted', 'not_mentioned',
        'other_entity', 'refused', 'transport_failed', 'truncated', 'ungrounded_rejected'
    ], reason) }}
{%- endmacro %}

{#- Which rule is named for a record that two equally strong pairs hold: the first of the blocking rules. -#}
{% macro matched_by_rank(matched_by) -%}
    -coalesce(enum_code({{ blocking_rule("nullif(" ~ matched_by ~ ", 'override: must_match')") }})::integer, 0)
{%- endmacro %}
