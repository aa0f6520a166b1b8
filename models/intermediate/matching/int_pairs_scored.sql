-- One row per blocked pair: the weight of each comparison (log2 Bayes factors, Fellegi and Sunter 1969), their sum
-- with the prior, and the probability of a match.
{% set comparisons = ['name', 'distance', 'phone', 'postcode', 'website', 'street', 'kind'] %}
with weights as (

    select
        map(list(comparison || ':' || level), list(weight)) as weight_of
    from {{ ref('match_weights') }}

),

weighed as (

    select
        compared.*,
        weights.weight_of['prior:any'] as prior_weight,
        {%- for comparison in comparisons %}
        weights.weight_of['{{ comparison }}:' || compared.{{ comparison }}_level] as {{ comparison }}_weight
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_pairs_compared') }} as compared
    cross join weights

),

summed as (

    select
        *,
        prior_weight{% for comparison in comparisons %} + {{ comparison }}_weight{% endfor %} as match_weight
    from weighed

)

select
    *,
    1 / (1 + pow(2, -match_weight)) as match_probability
from summed
