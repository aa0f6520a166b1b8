-- One row per stem: how many different names have it. Names are counted, not records: a chain with eighty branches is
-- one name.
{{ config(keyed_by='statistics') }}

with records as not materialized (

    select
        name_folded,
        name_compact
    from {{ ref('int_records_to_learn_from') }}

),

words as (

    select
        name_compact,
        unnest({{ name_words('name_folded') }}) as word
    from records

),

stem_counts as (

    select
        left(word, {{ var('stem_letters') }}) as stem,
        count(distinct name_compact) as names
    from words
    where word != ''
    group by stem

),

with_keys as (

    select
        *,
        {{ text_key('stem') }} as stem_key
    from stem_counts

)

select * from with_keys
