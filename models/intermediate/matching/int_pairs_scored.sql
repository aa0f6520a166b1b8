-- One row per blocked pair: the weight of each comparison (log2 Bayes factors, Fellegi and Sunter 1969), their sum
-- with the prior, and the probability of a match.
with weights as (

    select map(list(comparison || ':' || level), list(weight)) as weight_of
    from {{ ref('match_weights') }}

),

weighed as (

    select
        compared.*,
        weights.weight_of['prior:any'] as prior_weight,
        weights.weight_of['name:' || compared.name_level] as name_weight,
        weights.weight_of['distance:' || compared.distance_level] as distance_weight,
        weights.weight_of['phone:' || compared.phone_level] as phone_weight,
        weights.weight_of['postcode:' || compared.postcode_level] as postcode_weight,
        weights.weight_of['website:' || compared.website_level] as website_weight,
        weights.weight_of['street:' || compared.street_level] as street_weight,
        weights.weight_of['kind:' || compared.kind_level] as kind_weight
    from {{ ref('int_pairs_compared') }} as compared
    cross join weights

),

summed as (

    select
        *,
        prior_weight + name_weight + distance_weight + phone_weight + postcode_weight + website_weight
        + street_weight + kind_weight as match_weight
    from weighed

)

select
    *,
    1 / (1 + pow(2, -match_weight)) as match_probability
from summed
