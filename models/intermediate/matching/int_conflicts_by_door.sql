-- One row per two records of a component that are on two floors of a building, or in two units of a retail park. A
-- chain may have two shops in one building.
{{ config(materialized='view') }}

with components as not materialized (

    select * from {{ ref('int_components') }}

),

features as (

    select * from {{ ref('int_records_standardised') }}

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

doors_of_records as (

    select
        record_key,
        coalesce(
            floors, nullif(regexp_extract_all(lower(street_address), '\b(?:level|floor) ([0-9]{1,2})\b', 1), [])
        ) as floors,
        nullif(regexp_extract(lower(street_address), '\bunit ([0-9]+)', 1), '') as unit
    from records

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
    inner join connected
        on components.component_no = connected.component_no
    inner join features
        on components.record_no = features.record_no
    inner join few_doors
        on features.record_key = few_doors.record_key

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
