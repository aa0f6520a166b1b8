-- One row per record and stem of its name. A stem is the first letters of a word. `information` is its inverse
-- document frequency among all names. A typo at the end, a plural or a short form does not change the stem.
-- `word_class` says how much it means that another name lacks the word: `place` (the town), `kind` (a kind of place),
-- `other`, `rare`, `part` (a part of a place, such as its car park).
with int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

),

part_words as (

    select * from {{ ref('part_words') }}

),

kind_names as (

    select * from {{ ref('kind_names') }}

),

words as (

    select
        record_no,
        name_compact,
        city,
        lower(entity_name) as name_written,
        unnest({{ name_words('name_folded') }}) as word
    from int_records_standardised

),

classes as (

    select
        word,
        {{ word_class_rank("'part'") }} as word_class
    from part_words
    union all
    select distinct
        kind_names.category as word,
        {{ word_class_rank("'kind'") }} as word_class
    from kind_names
    anti join part_words
        on kind_names.category = part_words.word

),

stems as (

    select
        words.record_no,
        words.name_compact,
        left(words.word, {{ var('stem_letters') }}) as stem,
        max(
            case
                when contains(' ' || words.city || ' ', ' ' || words.word || ' ') then {{ word_class_rank("'place'") }}
                -- "Larsen Bank & ATM" is the whole bank.
                when
                    classes.word_class = {{ word_class_rank("'part'") }}
                    and regexp_matches(
                        words.name_written, '(&|\+|\b(and|und|et|y|e|en|og|och|with|mit)) +' || words.word
                    )
                    then {{ word_class_rank("'kind'") }}
                else classes.word_class
            end
        ) as word_class
    from words
    left join classes
        on words.word = classes.word
    group by words.record_no, words.name_compact, stem

),

names as (

    -- Names are counted, not records: a chain with eighty branches is one name.
    select
        stem,
        count(distinct name_compact) as names
    from stems
    where stem != ''
    group by stem

),

total as (

    select count(distinct name_compact) as names from int_records_standardised

),

ranked as (

    select
        stems.record_no,
        stems.stem,
        names.names,
        -- Whole thousandths: their sum does not depend on the order of the rows.
        (1000 * ln(1 + total.names / names.names))::integer as information,
        coalesce(
            stems.word_class,
            if(
                ln(1 + total.names / names.names) > {{ var('rare_word_information') }},
                {{ word_class_rank("'rare'") }}, {{ word_class_rank("'other'") }}
            )
        )::integer as word_class,
        row_number() over (partition by stems.record_no order by names.names, stems.stem) as stem_rank
    from stems
    inner join names
        on stems.stem = names.stem
    cross join total

)

select * from ranked
