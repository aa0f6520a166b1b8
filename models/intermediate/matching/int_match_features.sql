-- One row per record that can be matched: the standardised record, and how common its values are among all records.
{{ config(materialized='view') }}

with int_records_standardised as (

    select * from {{ ref('int_records_standardised') }}

),

int_value_counts as (

    select * from {{ ref('int_value_counts') }}

),

features as (

    select
        records.* exclude (repeats_places),
        value_counts.* exclude (record_no)
    from int_records_standardised as records
    inner join int_value_counts as value_counts
        on records.record_no = value_counts.record_no

)

select * from features
