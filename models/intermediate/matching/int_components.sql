-- One row per record: its connected component over the matched pairs, named after the smallest record number in it.
with recursive int_matches as not materialized (

    select * from {{ ref('int_matches') }}

),

int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

both_ways as (

    select left_no as from_no, right_no as to_no from int_matches
    union all
    select right_no, left_no from int_matches

),

components (record_no, component_no) using key (record_no) as (

    select record_no, record_no
    from int_records_standardised
    union
    (
        select both_ways.to_no, min(components.component_no)
        from components
        inner join both_ways
            on components.record_no = both_ways.from_no
        inner join recurring.components as known
            on both_ways.to_no = known.record_no
        where components.component_no < known.component_no
        group by both_ways.to_no
    )

)

select * from components
