-- One row per letter of another script than Latin.
with latin_letters as (

    select
        letter,
        latin
    from {{ source('extract', 'latin_letters') }}

)

select * from latin_letters
