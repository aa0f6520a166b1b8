{#- The rank of a word in a closed list: the first word has the highest rank; the last word and unknown words have 0.
    Sorting by the words themselves would change if a word is renamed. -#}
{% macro rank_in(words, word) -%}
    case {{ word }}
        {%- for one in words[:-1] %} when '{{ one }}' then {{ loop.length - loop.index0 }}{% endfor %} else 0
    end
{%- endmacro %}

{#- How well the text supports a claim. -#}
{% macro verification_rank(verification) -%}
    {{ rank_in(['verified', 'inferred', 'rejected'], verification) }}
{%- endmacro %}

{#- Which extractor comes first at equal confidence. -#}
{% macro extractor_rank(extractor) -%}
    {{ rank_in(['llm', 'rules'], extractor) }}
{%- endmacro %}

{#- Which decision about a pair wins if a person made both. -#}
{% macro decision_rank(decision) -%}
    {{ rank_in(['must_match', 'cannot_match'], decision) }}
{%- endmacro %}

{#- Which reason counts for a pair of records with several conflicts. -#}
{% macro conflict_rank(reason) -%}
    {{ rank_in(['cannot_match', 'other_door', 'negative_evidence', 'too_far', 'same_source_duplicates'], reason) }}
{%- endmacro %}

{#- Which reason counts for a field without a value if the extractors give several. -#}
{% macro null_reason_rank(reason) -%}
    {{ rank_in([
        'budget_skipped', 'content_filtered', 'contradictory', 'invalid_format', 'negated', 'not_attempted',
        'not_mentioned', 'other_entity', 'other_subject', 'partial', 'past', 'planned', 'refused', 'transport_failed',
        'truncated', 'ungrounded_rejected'
    ], reason) }}
{%- endmacro %}

{#- Which rule is reported if a record has two equally strong pairs: the first of the blocking rules. -#}
{% macro matched_by_rank(matched_by) -%}
    -coalesce(enum_code({{ blocking_rule("nullif(" ~ matched_by ~ ", 'override: must_match')") }})::integer, 0)
{%- endmacro %}

{#- How much it means that only one of two names has a word, by the class of the word. -#}
{% macro word_class_rank(word_class) -%}
    {{ rank_in(['part', 'rare', 'other', 'kind', 'place', 'none'], word_class) }}
{%- endmacro %}

{#- How often a source repeats a place. -#}
{% macro repeats_rank(repeats_places) -%}
    {{ rank_in(['often', 'rarely', 'never'], repeats_places) }}
{%- endmacro %}
