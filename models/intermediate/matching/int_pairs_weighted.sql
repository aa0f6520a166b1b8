-- One row per compared pair above the minimum weight: the sum of the weights of its comparisons (log2 Bayes factors,
-- Fellegi and Sunter 1969) with the prior. The levels stay in `int_comparison_vectors`: to write sixteen of them for
-- millions of pairs takes longer than to find them again for the few pairs that a person asks about.
{{ config(keyed_by='pair') }}
{%- set comparisons = [
    'name', 'number', 'term_frequency', 'distance', 'phone', 'postcode', 'website', 'street', 'category', 'identifier',
    'extra_words', 'list', 'name_contact', 'where_contact', 'where_frequency',
    'category_contact'
] %}

with match_weights as (

    select * from {{ ref('match_weights') }}

),

vectors as (

    select * from {{ ref('int_vectors_to_match') }}

),

weighted as (

    select
        compared.left_no,
        compared.right_no,
        compared.blocked_by,
        compared.left_source,
        compared.right_source,
        compared.is_cross_source,
        base.weight
        {%- for comparison in comparisons %}
        + {{ comparison }}_weights.weight
        {%- endfor %} as own_weight
    from vectors as compared
    inner join match_weights as base
        on base.comparison = 'prior'
    {%- for comparison in comparisons %}
    left join match_weights as {{ comparison }}_weights
        on
            {{ comparison }}_weights.comparison = '{{ comparison }}'
            and compared.{{ comparison }}_level = {{ comparison }}_weights.level
    {%- endfor %}

),

kept as (

    select * from weighted
    -- A pair with a level that has no weight stays, so that a data test fails.
    where coalesce(own_weight >= {{ var('kept_match_weight') }}, true)

)

select * from kept
