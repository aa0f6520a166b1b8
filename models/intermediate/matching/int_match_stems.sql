-- One row per record and stem of its name. A stem is the first letters of a word. `information` is its inverse
-- document frequency among all names. A typo at the end, a plural or a short form does not change the stem.
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
        row_number() over (partition by stems.record_no order by names.names, stems.stem) as stem_rank
    from stems
    inner join names
        on stems.stem = names.stem
    cross join total

)

select * from ranked
