-- One row per compared pair above the minimum weight: the weight of each comparison (log2 Bayes factors, Fellegi and
-- Sunter 1969) and their sum with the prior.
{%- set comparisons = [
    'name', 'number', 'term_frequency', 'distance', 'phone', 'postcode', 'website', 'street', 'category', 'identifier',
    'extra_words', 'list', 'name_contact', 'where_contact', 'where_frequency'
] %}

with match_weights as (

    select * from {{ ref('match_weights') }}

),

int_comparison_vectors as (

    select * from {{ ref('int_comparison_vectors') }}

),

weighted as (

    select
        compared.*,
        {%- for comparison in comparisons %}
        {{ comparison }}_weights.weight as {{ comparison }}_weight,
        {%- endfor %}
        base.weight as prior_weight
    from int_comparison_vectors as compared
    inner join match_weights as base
        on base.comparison = 'prior'
    {%- for comparison in comparisons %}
    left join match_weights as {{ comparison }}_weights
        on
            {{ comparison }}_weights.comparison = '{{ comparison }}'
            and compared.{{ comparison }}_level = {{ comparison }}_weights.level
    {%- endfor %}

),

summed as (

    select
        *,
        prior_weight
        {%- for comparison in comparisons %}
        + {{ comparison }}_weight
        {%- endfor %} as own_weight
    from weighted

),

kept as (

    select * from summed
    -- A pair with a level that has no weight stays, so that a data test fails.
    where coalesce(own_weight >= {{ var('kept_match_weight') }}, true)

)

select * from kept
