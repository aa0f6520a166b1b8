-- One row per record that this build compares with others, with its values in the form that the matching compares.
{{ config(materialized='view') }}

with int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

numbers as (

    select record_no from {{ ref('int_record_numbers') }}
    where matched_because is not null

),

to_match as (

    select * from int_records_standardised
    semi join numbers
        on int_records_standardised.record_no = numbers.record_no

)

select * from to_match
