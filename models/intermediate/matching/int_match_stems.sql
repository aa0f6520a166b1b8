-- One row per record and stem (the first letters of a word) of its name; `information` is the stem's inverse
-- document frequency, learned from the names at hand. A typo at the end, a plural or a short form leave the stem.
with int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

),

stems as (

    select distinct
        record_no,
        name_compact,
        left(unnest(string_split(name_folded, ' ')), {{ var('stem_letters') }}) as stem
    from int_records_standardised

),

names as (

    -- A chain with eighty branches is eighty records and one name: names are counted, not records.
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
        -- Thousandths, as a whole number: sums of them do not depend on the order of the rows.
        (1000 * ln(1 + total.names / names.names))::integer as information,
        row_number() over (partition by stems.record_no order by names.names, stems.stem) as stem_rank
    from stems
    inner join names
        on stems.stem = names.stem
    cross join total

)

select * from ranked
