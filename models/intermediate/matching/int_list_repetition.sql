-- One row per source that does not say how often it repeats a place, measured from its records. Two records of one
-- name that have a phone, a page, a door or a spot in common are twins. A long list without twins lists a place once.
{{ config(keyed_by='statistics') }}
{%- set meeting_points = {
    'spot': "cell_y || ' ' || cell_x",
    'phone': 'phone',
    'page': 'website_page',
    'door': "postcode || ' ' || number_from"
} %}

with records as (

    select * from {{ ref('int_records_to_learn_from') }}
    where repeats_places = 'measured' and name_compact is not null

),

totals as (

    select
        source_name,
        count(*) as records
    from records
    group by source_name

),

{%- for meeting_point, value in meeting_points.items() %}

same_{{ meeting_point }} as (

    select
        source_name,
        count(*) as records
    from records
    where {{ value }} is not null
    group by source_name, name_compact, {{ value }}
    having count(*) > 1

),
{%- endfor %}

twins as (

    {%- for meeting_point in meeting_points %}
    select
        source_name,
        sum(records) as records
    from same_{{ meeting_point }}
    group by source_name
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

most_twins as (

    select
        source_name,
        max(records) as records
    from twins
    group by source_name

),

list_repetition as (

    select
        totals.source_name,
        totals.records,
        coalesce(most_twins.records, 0)::bigint as twins,
        if(
            totals.records >= {{ var('records_to_measure') }}
            and coalesce(most_twins.records, 0) <= totals.records * {{ var('never_repeated_share') }},
            'never', 'rarely'
        ) as repeats_places
    from totals
    left join most_twins
        on totals.source_name = most_twins.source_name

)

select * from list_repetition
