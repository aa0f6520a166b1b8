-- One row per compared pair: the weight of each comparison (log2 Bayes factors, Fellegi and Sunter 1969), their sum
-- with the prior, what a better rival takes off, and the probability of a match.
{%- set comparisons = [
    'name', 'number', 'branches', 'distance', 'phone', 'postcode', 'website', 'street', 'kind', 'identifier'
] %}

with weights as (

    select * from {{ ref('match_weights') }}

),

weighed as (

    select
        compared.*,
        {%- for comparison in comparisons %}
        {{ comparison }}_weights.weight as {{ comparison }}_weight,
        {%- endfor %}
        base.weight as prior_weight
    from {{ ref('int_pairs_compared') }} as compared
    inner join weights as base
        on base.comparison = 'prior'
    {%- for comparison in comparisons %}
    left join weights as {{ comparison }}_weights
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
    from weighed

),

worth_keeping as materialized (

    select
        summed.*,
        lefts.record_key as left_key,
        rights.record_key as right_key,
        lefts.source_name as left_source,
        rights.source_name as right_source,
        lefts.is_structured and rights.is_structured and lefts.source_name != rights.source_name as is_across_lists
    from summed
    inner join {{ ref('int_match_features') }} as lefts
        on summed.left_no = lefts.record_no
    inner join {{ ref('int_match_features') }} as rights
        on summed.right_no = rights.record_no
    -- a level that no one weighed stays, and fails a test
    where coalesce(summed.own_weight >= {{ var('kept_match_weight') }}, true)

),

-- A list has a place once: where two of its records resemble a third, the lesser of them is the less likely. Records
-- are numbered by source, so that of two sources the same one is always on the left.
best_of_right_list as (

    select
        left_no,
        right_source,
        max(own_weight) as weight
    from worth_keeping
    where is_across_lists
    group by left_no, right_source

),

best_of_left_list as (

    select
        right_no,
        left_source,
        max(own_weight) as weight
    from worth_keeping
    where is_across_lists
    group by right_no, left_source

),

rivalled as (

    select
        kept.*,
        if(
            kept.is_across_lists,
            (best_of_right_list.weight + best_of_left_list.weight - 2 * kept.own_weight) * {{ var('rival_share') }},
            0
        ) as rival_penalty
    from worth_keeping as kept
    left join best_of_right_list
        on kept.left_no = best_of_right_list.left_no and kept.right_source = best_of_right_list.right_source
    left join best_of_left_list
        on kept.right_no = best_of_left_list.right_no and kept.left_source = best_of_left_list.left_source

)

select
    *,
    own_weight - rival_penalty as match_weight,
    1 / (1 + pow(2, rival_penalty - own_weight)) as match_probability
from rivalled
