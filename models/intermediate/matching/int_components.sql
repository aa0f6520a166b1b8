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

    select from_no, from_no from both_ways
    union
    (
        -- What a record is offered is found first: few records change after the first round.
        select offered.to_no, offered.component_no
        from (
            select both_ways.to_no, min(components.component_no) as component_no
            from components
            inner join both_ways
                on components.record_no = both_ways.from_no
            group by both_ways.to_no
        ) as offered
        inner join recurring.components as known
            on offered.to_no = known.record_no
        where offered.component_no < known.component_no
    )

),

-- Most records match no other.
with_lone_records as (

    select
        records.record_no,
        coalesce(components.component_no, records.record_no) as component_no
    from int_records_standardised as records
    left join components
        on records.record_no = components.record_no

)

select * from with_lone_records
