-- One row per record that can be matched: how common its values are by the statistics. A value that they do not have
-- belongs to one place. The table repeats none of the values, because writing the texts of a million records twice
-- takes longer than to find how common they are.
{{ config(keyed_by='record_no') }}
{%- set place_counts = {
    'name_place_count': 'name_compact', 'phone_place_count': 'phone', 'domain_place_count': 'website_domain',
    'page_place_count': 'website_page'
} %}

with int_records_standardised as not materialized (

    select * from {{ ref('int_standardised_to_match') }}

),

int_match_stems as (

    select * from {{ ref('int_match_stems') }}

),

int_list_repetition as (

    select * from {{ ref('int_list_repetition') }}

),

stems as (

    select
        record_no,
        sum(information) as name_information,
        list_sort(list({{ stem_code('stem_key', 'information') }})) as stem_codes,
        list_sort(list({{ word_code('stem_key', 'word_class') }})) as word_codes
    from int_match_stems
    semi join int_records_standardised
        on int_match_stems.record_no = int_records_standardised.record_no
    group by record_no

),

place_counts as (

    select * from {{ ref('int_place_counts') }}

),

value_counts as (

    select
        records.record_no,
        {%- for place_count, value in place_counts.items() %}
        if(records.{{ value }} is null, null, coalesce({{ value }}_places.places, 1)) as {{ place_count }},
        {%- endfor %}
        coalesce(
            list_repetition.repeats_places,
            if(records.repeats_places = 'measured', 'rarely', records.repeats_places)
        ) as repeats_places,
        coalesce(stems.name_information, 0) as name_information,
        coalesce(stems.stem_codes, []) as stem_codes,
        coalesce(stems.word_codes, []) as word_codes
    from int_records_standardised as records
    left join stems
        on records.record_no = stems.record_no
    left join int_list_repetition as list_repetition
        on records.source_name = list_repetition.source_name
    {%- for value in place_counts.values() %}
    left join place_counts as {{ value }}_places
        on {{ value }}_places.value_kind = '{{ value }}' and records.{{ value }} = {{ value }}_places.value
    {%- endfor %}

)

select * from value_counts
