-- One row per two records of a component that are on two floors of a building, or in two units of a retail park. A
-- chain may have two shops in one building.
{{ config(materialized='view') }}

with components as not materialized (

    select
        record_no,
        record_key,
        component_no
    from {{ ref('int_records_to_cluster') }}
    where component_no is not null

),

records as (

    select * from {{ ref('int_records') }}

),

connected as (

    select component_no
    from components
    group by component_no
    having count(*) > 1

),

connected_records as materialized ( -- otherwise the addresses of all records are read

    select components.record_key
    from components
    semi join connected
        on components.component_no = connected.component_no

),

doors_of_records as (

    select
        records.record_key,
        coalesce(
            floors, nullif(regexp_extract_all(lower(street_address), '\b(?:level|floor) ([0-9]{1,2})\b', 1), [])
        ) as floors,
        nullif(regexp_extract(lower(street_address), '\bunit ([0-9]+)', 1), '') as unit
    from records
    semi join connected_records
        on records.record_key = connected_records.record_key

),

-- Few records say it, and only theirs are looked up in the components.
few_doors as (

    select * from doors_of_records
    where floors is not null or unit is not null

),

doors as (

    select
        components.record_no,
        components.component_no,
        few_doors.floors,
        few_doors.unit
    from components
    inner join few_doors
        on components.record_key = few_doors.record_key

),

conflicts as (

    select
        lefts.record_no as left_no,
        rights.record_no as right_no,
        'other_door' as reason
    from doors as lefts
    inner join doors as rights
        on lefts.component_no = rights.component_no and lefts.record_no < rights.record_no
    where not list_has_any(lefts.floors, rights.floors) or lefts.unit != rights.unit

)

select * from conflicts
