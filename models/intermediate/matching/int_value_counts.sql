-- One row per record that can be matched: how common its values are among all records. It repeats none of the values,
-- because writing the texts of a million records twice takes longer than to find how common they are.
with int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

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
        list_sort(list({{ stem_code('stem', 'information') }})) as stem_codes,
        list_sort(list({{ word_code('stem', 'word_class') }})) as word_codes
    from int_match_stems
    group by record_no

),

placed as (

    select
        source_name,
        is_structured,
        latitude,
        longitude,
        phone,
        website_domain,
        website_page,
        if(postcode is null or number_from is null, null, {{ text_key(['postcode', 'number_from']) }}) as door,
        coalesce(ground_metres, 0) as ground_metres,
        name_parts,
        name_compact
    from int_records_standardised

),

stated as (

    select * exclude (name_parts)
    from placed
    union all
    -- "Thistle Padel | Game4Padel" also counts for the name Game4Padel.
    select
        * exclude (name_parts, name_compact),
        unnest(list_filter(list_distinct(name_parts), lambda part: part != name_compact)) as name_compact
    from placed
    where len(name_parts) > 0

),

-- Estimated number of places that share a value: the largest number of records with it in any one structured source.
-- A structured source lists a place once. Records that stand apart are two places, except at one door or on one large
-- ground: the middle of a golf course is far from its clubhouse.
{% for value in ['name_compact', 'phone', 'website_domain', 'website_page'] %}
{{ value }}_counts as (

    select
        source_name,
        is_structured,
        {{ value }},
        count(*) as records,
        min(latitude) as south,
        min(longitude) as west,
        max(latitude) as north,
        max(longitude) as east,
        min(door) as first_door,
        if(count(door) = count(*), max(door), null) as last_door,
        min(ground_metres) as ground_metres
    from stated
    where {{ value }} is not null
    group by source_name, is_structured, {{ value }}

),

{{ value }}_place_counts as (

    select
        {{ value }},
        case
            when
                {{ metres_between('min(south)', 'min(west)', 'max(north)', 'max(east)') }}
                > greatest({{ var('one_spot_metres') }}, min(ground_metres))
                and (count(last_door) < count(*) or min(first_door) < max(last_door))
                then greatest(2, max(records) filter (where is_structured))
            when any_value(south) is not null then 1
            else coalesce(max(records) filter (where is_structured), 1)
        end as places
    from {{ value }}_counts
    group by {{ value }}

),

{% endfor %}
value_counts as (

    select
        records.record_no,
        coalesce(list_repetition.repeats_places, records.repeats_places) as repeats_places,
        coalesce(stems.name_information, 0) as name_information,
        coalesce(stems.stem_codes, []) as stem_codes,
        coalesce(stems.word_codes, []) as word_codes,
        name_compact_place_counts.places as name_place_count,
        phone_place_counts.places as phone_place_count,
        website_domain_place_counts.places as domain_place_count,
        website_page_place_counts.places as page_place_count
    from int_records_standardised as records
    left join stems
        on records.record_no = stems.record_no
    left join int_list_repetition as list_repetition
        on records.source_name = list_repetition.source_name
    left join name_compact_place_counts
        on records.name_compact = name_compact_place_counts.name_compact
    left join phone_place_counts
        on records.phone = phone_place_counts.phone
    left join website_domain_place_counts
        on records.website_domain = website_domain_place_counts.website_domain
    left join website_page_place_counts
        on records.website_page = website_page_place_counts.website_page

)

select * from value_counts
