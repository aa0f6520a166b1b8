-- One row per record and key by which names in different scripts meet: two consonants that stand together in the name
-- in Latin letters. A name in Latin letters has keys only where a name in another script is near, and meets only that.
with int_latin_names as (

    select * from {{ ref('int_latin_names') }}

),

int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

),

placed as (

    select
        int_latin_names.record_no,
        int_latin_names.script,
        int_latin_names.latin_name,
        features.cell_y,
        features.cell_x
    from int_latin_names
    inner join int_records_standardised as features
        on int_latin_names.record_no = features.record_no
    where features.cell_y is not null

),

cells as (

    select distinct
        placed.cell_y + rows_around.dy as cell_y,
        placed.cell_x + columns_around.dx as cell_x
    from placed
    cross join (values (-1), (0), (1)) as rows_around (dy)
    cross join (values (-1), (0), (1)) as columns_around (dx)

),

near as (

    select
        features.record_no,
        0 as script,
        features.name_folded as latin_name,
        features.cell_y,
        features.cell_x
    from int_records_standardised as features
    inner join cells
        on features.cell_y = cells.cell_y and features.cell_x = cells.cell_x
    anti join placed
        on features.record_no = placed.record_no

),

names as (

    select * from placed
    union all
    select * from near

),

words as (

    select
        record_no,
        script,
        cell_y,
        cell_x,
        unnest(string_split({{ consonants('latin_name') }}, ' ')) as word
    from names

),

-- A script without spaces is one word, so a word of another name may stand anywhere in it.
script_keys as (

    select distinct
        record_no,
        unnest(
            if(
                script in ({{ var('scripts_without_spaces') | join(', ') }}),
                {{ letter_pairs('word') }}, [left(word, 2)]
            )
        ) as key,
        script = 0 as is_seen_only,
        cell_y,
        cell_x
    from words
    where length(word) >= 2

)

select * from script_keys
