-- One row per value of the seed `manual_overrides`, in the form of a source's value.
with correction_values as (

    select
        field_name,
        value_given,
        value
    from {{ source('ops', 'correction_values') }}

)

select * from correction_values
