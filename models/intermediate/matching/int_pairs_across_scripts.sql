-- One row per candidate pair whose names are in different scripts, with the similarity of the names in Latin letters.
with int_candidate_pairs as (

    select * from {{ ref('int_candidate_pairs') }}

),

int_latin_names as (

    select * from {{ ref('int_latin_names') }}

),

int_match_features as not materialized (

    select * from {{ ref('int_match_features') }}

),

kind_names as (

    select distinct category from {{ ref('kind_names') }}

),

pairs as (

    select
        pairs.left_no,
        pairs.right_no,
        lefts.latin_name as left_latin,
        rights.latin_name as right_latin
    from int_candidate_pairs as pairs
    left join int_latin_names as lefts
        on pairs.left_no = lefts.record_no
    left join int_latin_names as rights
        on pairs.right_no = rights.record_no
    where coalesce(lefts.script, 0) != coalesce(rights.script, 0)

),

others as (

    -- The records of these pairs whose names are in Latin letters as they are written.
    select left_no as record_no from pairs
    where left_latin is null
    union
    select right_no from pairs
    where right_latin is null

),

other_names as (

    select
        others.record_no,
        regexp_replace(features.name_folded, '[^a-z0-9 ]', '', 'g') as latin_name
    from others
    inner join int_match_features as features
        on others.record_no = features.record_no

),

other_words as (

    select
        record_no,
        unnest(string_split(latin_name, ' ')) as word,
        generate_subscripts(string_split(latin_name, ' '), 1) as place
    from other_names

),

own_words as (

    -- `Jufuyuan Restaurant` without the word that another language has for `restaurant`.
    select
        other_words.record_no,
        string_agg(other_words.word, '' order by other_words.place) as latin_core
    from other_words
    anti join kind_names
        on other_words.word = kind_names.category
    group by other_words.record_no

),

named as (

    select
        pairs.left_no,
        pairs.right_no,
        coalesce(pairs.left_latin, left_names.latin_name) as left_name,
        coalesce(pairs.right_latin, right_names.latin_name) as right_name,
        coalesce(left_words.latin_core, right_words.latin_core) as latin_core,
        if(pairs.left_latin is null, pairs.right_latin, pairs.left_latin) as other_name
    from pairs
    left join other_names as left_names
        on pairs.left_no = left_names.record_no
    left join other_names as right_names
        on pairs.right_no = right_names.record_no
    left join own_words as left_words
        on pairs.left_no = left_words.record_no
    left join own_words as right_words
        on pairs.right_no = right_words.record_no

),

spelled as (

    select
        left_no,
        right_no,
        replace(left_name, ' ', '') as left_letters,
        replace(right_name, ' ', '') as right_letters,
        replace({{ consonants('left_name') }}, ' ', '') as left_consonants,
        replace({{ consonants('right_name') }}, ' ', '') as right_consonants,
        latin_core,
        replace(other_name, ' ', '') as other_letters
    from named

),

pairs_across_scripts as (

    -- Vowels count half: some scripts do not write them.
    select
        left_no,
        right_no,
        greatest(
            (
                {{ edit_similarity('left_letters', 'right_letters') }}
                + {{ edit_similarity('left_consonants', 'right_consonants') }}
            ) / 2,
            if(
                length(latin_core) between {{ var('shortest_core_letters') }} and length(other_letters),
                {{ var('core_similarity_weight') }} * {{ shorter_text_share('latin_core', 'other_letters') }},
                0
            )
        ) as name_similarity
    from spelled

)

select * from pairs_across_scripts
