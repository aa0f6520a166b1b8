-- One row per record that this build compares with others. Its address, phone and postcode are in the form that the
-- matching compares, by the rules of its country.
{{ config(materialized='view') }}

with int_records as not materialized (

    select * from {{ ref('int_records_to_match') }}

),

address_forms as (

    select * from {{ ref('address_forms') }}

),

-- A calling code has one digit, two digits (both are in this list) or three.
calling_codes as (

    select coalesce(list(distinct calling_code) filter (where length(calling_code) <= 2), []) as short_codes
    from {{ ref('countries') }}

),

abbreviations as (

    select
        map_from_entries(
            list({ 'k': abbreviation, 'v': coalesce(meaning, '') }) filter (where used_in = 'street')
        ) as in_streets,
        coalesce(
            map_from_entries(
                list({ 'k': abbreviation, 'v': meaning } order by length(abbreviation) desc, abbreviation)
                filter (where used_in = 'street_ending')
            ),
            map([]::varchar[], []::varchar[])
        ) as in_endings
    from {{ ref('abbreviations') }}

),

simplified_letters as (

    select * from {{ ref('simplified_letters') }}

),

-- The simplified letter of each Chinese letter, by its place in Unicode: a list is read faster than a table is joined.
chinese_letters as (

    select list(coalesce(simplified_letters.simplified, chr(chinese.code::integer)) order by chinese.code) as letters
    from range({{ first_chinese_letter() }}, {{ last_chinese_letter() }} + 1) as chinese (code)
    left join simplified_letters
        on chinese.code = ord(simplified_letters.letter)

),

addresses as (

    select
        int_records.* replace (
            {{ simplified('int_records.entity_name', 'chinese_letters.letters') }} as entity_name,
            list_transform(
                int_records.alternate_names, lambda name: {{ simplified('name', 'chinese_letters.letters') }}
            ) as alternate_names,
            {{ simplified('int_records.city', 'chinese_letters.letters') }} as city
        ),
        {{ with_dashed_numbers(without_unit(plain_letters('int_records.street_address'))) }} as address,
        {{ calling_code('int_records.phone', 'calling_codes.short_codes') }} as calling_code,
        address_forms.joined_numbers
    from int_records
    cross join calling_codes
    cross join chinese_letters
    left join address_forms
        on int_records.country = address_forms.country

),

scripts as (

    select
        *,
        {{ is_east_asian('address') }} as is_east_asian
    from addresses

),

split as (

    select
        scripts.*,
        {{ house_number('address', 'is_east_asian') }} as house_number,
        {{ comparable(street_name('address', 'is_east_asian')) }} as street_given,
        {{ simplified('street_given', 'chinese_letters.letters') }} as street_spelled
    from scripts
    cross join chinese_letters

),

parts as (

    select
        split.* replace (if(is_east_asian, 'parts', joined_numbers) as joined_numbers),
        {{ number_parts('house_number') }} as number_parts,
        {{ spelled_out_street('street_spelled', 'abbreviations.in_streets', 'abbreviations.in_endings') }} as street
    from split
    cross join abbreviations

),

addressed as (

    select
        parts.* exclude (
            calling_code, address, is_east_asian, street_given, street_spelled, house_number, number_parts,
            joined_numbers
        ) replace (
            {{ national_number('parts.phone', 'parts.calling_code') }} as phone,
            {{ compared_postcode('parts.postcode') }} as postcode,
            nullif(parts.street, '') as street
        ),
        {{ script_code('parts.street') }}::integer as street_script,
        if(
            contains(parts.postcode, ' '), split_part(parts.postcode, ' ', 1), left(parts.postcode, 3)
        ) as postcode_district,
        {{ number_edge('parts.number_parts', 'parts.house_number', 'parts.joined_numbers', 0) }} as number_from,
        {{ number_edge('parts.number_parts', 'parts.house_number', 'parts.joined_numbers', 1) }} as number_to,
        {{ number_letter('parts.house_number') }} as number_letter
    from parts

)

select * from addressed
