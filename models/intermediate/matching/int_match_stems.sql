-- One row per record and stem of its name. A stem is the first letters of a word. `information` is its inverse
-- document frequency among the names of the statistics. A stem that they do not have is that of one name. A typo at
-- the end, a plural or a short form does not change the stem. `word_class` says how much it means that another name
-- lacks the word: `none` (the title of a person), `place` (the town), `kind` (a kind of place), `other`, `rare`, `part`
-- (a part of a place, such as its car park).
{{ config(keyed_by='record_no') }}
{%- set joining = '(&|\\+|\\b(and|und|et|y|e|en|og|och|with|mit)) +' %}

with int_records_standardised as not materialized (

    select * from {{ ref('int_standardised_to_match') }}

),

part_words as (

    select * from {{ ref('part_words') }}

),

kind_names as (

    select * from {{ ref('kind_names') }}

),

title_words as (

    select * from {{ ref('title_words') }}

),

words as (

    select
        record_no,
        city,
        lower(entity_name) as name_written,
        unnest({{ name_words('name_folded') }}) as word
    from int_records_standardised

),

classes as (

    select
        unnest({{ name_words('word') }}) as word,
        {{ word_class_rank("'part'") }} as word_class
    from part_words
    union all
    select distinct
        kind_names.category as word,
        {{ word_class_rank("'kind'") }} as word_class
    from kind_names
    anti join part_words
        on kind_names.category = part_words.word
    anti join title_words
        on kind_names.category = title_words.word
    union all
    select
        unnest({{ name_words('word') }}) as word,
        {{ word_class_rank("'none'") }} as word_class
    from title_words

),

stems as (

    select
        words.record_no,
        left(words.word, {{ var('stem_letters') }}) as stem,
        max(
            case
                when contains(' ' || words.city || ' ', ' ' || words.word || ' ') then {{ word_class_rank("'place'") }}
                -- "Larsen Bank & ATM" is the whole bank.
                -- A pattern with the word is compiled for each row, so it is used for few of them.
                when
                    classes.word_class = {{ word_class_rank("'part'") }}
                    and if(
                        regexp_matches(words.name_written, '{{ joining }}'),
                        regexp_matches(words.name_written, '{{ joining }}' || words.word),
                        false
                    )
                    then {{ word_class_rank("'kind'") }}
                else classes.word_class
            end
        ) as word_class
    from words
    left join classes
        on words.word = classes.word
    group by words.record_no, stem

),

names as (

    select * from {{ ref('int_stem_counts') }}

),

total as (

    select names from {{ ref('int_match_statistics') }}

),

counted as (

    select
        stems.record_no,
        stems.stem,
        -- Few stems are not in the statistics, so few keys are made again.
        coalesce(names.stem_key, {{ text_key('stems.stem') }}) as stem_key,
        stems.word_class,
        coalesce(names.names, 1) as names
    from stems
    left join names
        on stems.stem = names.stem
    where stems.stem != ''

),

ranked as (

    select
        counted.record_no,
        counted.stem,
        counted.stem_key,
        counted.names,
        -- Whole thousandths: their sum does not depend on the order of the rows.
        (1000 * ln(1 + total.names / counted.names))::integer as information,
        coalesce(
            counted.word_class,
            if(
                ln(1 + total.names / counted.names) > {{ var('rare_word_information') }},
                {{ word_class_rank("'rare'") }}, {{ word_class_rank("'other'") }}
            )
        )::integer as word_class,
        row_number() over (partition by counted.record_no order by counted.names, counted.stem) as stem_rank
    from counted
    cross join total

)

select * from ranked
