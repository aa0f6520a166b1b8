-- One row per record whose name is in another script than Latin: the script, and the name in Latin letters. A name in
-- two scripts has a part in Latin letters already.
{{ config(keyed_by='record_no') }}

with int_records_standardised as not materialized (

    select * from {{ ref('int_standardised_to_match') }}

),

latin_letters as (

    select * from {{ ref('stg_extract__latin_letters') }}

),

names as (

    select
        record_no,
        name_folded,
        {{ script_code('name_folded') }}::integer as script
    from int_records_standardised
    where not regexp_matches(name_folded, '[a-z]{2}') and {{ script_code('name_folded') }} != 0

),

letters as (

    select
        record_no,
        unnest(string_split(name_folded, '')) as letter,
        generate_subscripts(string_split(name_folded, ''), 1) as place
    from names

),

spelled as (

    select
        letters.record_no,
        string_agg(
            coalesce(latin_letters.latin, if(letters.letter <= 'z', letters.letter, '')), '' order by letters.place
        ) as name_spelled
    from letters
    left join latin_letters
        on letters.letter = latin_letters.letter
    group by letters.record_no

),

latin_names as (

    select
        names.record_no,
        names.script,
        trim(regexp_replace(spelled.name_spelled, '[^a-z0-9 ]', '', 'g')) as latin_name
    from names
    inner join spelled
        on names.record_no = spelled.record_no

)

select * from latin_names
