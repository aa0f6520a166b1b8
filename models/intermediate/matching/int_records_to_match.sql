-- One row per record that this build compares with others, in its current version, with its number.
{{ config(materialized='view') }}

with int_records as not materialized (

    select * from {{ ref('int_records') }}

),

numbers as (

    select
        record_no,
        record_key
    from {{ ref('int_record_numbers') }}
    where matched_because is not null and fingerprint is not null

),

to_match as (

    select
        int_records.*,
        numbers.record_no
    from int_records
    inner join numbers
        on int_records.record_key = numbers.record_key

)

select * from to_match
