-- One row per candidate pair whose names are in different scripts, with the similarity of the names in Latin letters.
{{ config(keyed_by='pair') }}

with int_candidate_pairs as (

    select * from {{ ref('int_pairs_to_match') }}

),

int_latin_names as (

    select * from {{ ref('int_latin_names') }}

),

int_records_standardised as not materialized (

    select * from {{ ref('int_records_standardised') }}

),

kind_names as (

    select category from {{ ref('kind_names') }}

),

scripts as (

    select
        pairs.left_no,
        pairs.right_no,
        lefts.latin_name as left_latin,
        rights.latin_name as right_latin,
        coalesce(lefts.script, 0) as left_script,
        coalesce(rights.script, 0) as right_script
    from int_candidate_pairs as pairs
    left join int_latin_names as lefts
        on pairs.left_no = lefts.record_no
    left join int_latin_names as rights
        on pairs.right_no = rights.record_no

),

pairs as (

    -- The name in Latin letters is the first of the two; of two other scripts, that with the smaller number. Chinese
    -- and Japanese have several letters for one sound: 锅 and 鍋, ラ and ら.
    select
        left_no,
        right_no,
        if(left_script < right_script, left_no, right_no) as one_no,
        if(left_script < right_script, left_latin, right_latin) as one_latin,
        if(left_script < right_script, right_latin, left_latin) as other_latin,
        greatest(left_script, right_script) as script
    from scripts
    where
        left_script != right_script
        or (left_script = {{ script_of_letter("'漢'") }} and left_latin = right_latin)

),

others as (

    -- The records of these pairs whose names are in Latin letters as they are written.
    select distinct one_no as record_no from pairs
    where one_latin is null

),

other_names as (

    select
        others.record_no,
        regexp_replace(features.name_folded, '[^a-z0-9 ]', '', 'g') as latin_name
    from others
    inner join int_records_standardised as features
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
        string_agg(other_words.word, ' ' order by other_words.place) as latin_core
    from other_words
    anti join kind_names
        on other_words.word = kind_names.category
    group by other_words.record_no

),

named as (

    select
        pairs.left_no,
        pairs.right_no,
        coalesce(names.latin_name, pairs.one_latin) as one_name,
        coalesce(words.latin_core, names.latin_name, pairs.one_latin) as one_core,
        pairs.other_latin as other_name,
        pairs.script
    from pairs
    left join other_names as names
        on pairs.one_no = names.record_no
    left join own_words as words
        on names.record_no = words.record_no

),

sounds as (

    select
        *,
        {{ consonants('one_name') }} as one_sounds,
        {{ consonants('one_core') }} as core_sounds,
        {{ consonants('other_name') }} as other_sounds
    from named

),

spelled as (

    select
        left_no,
        right_no,
        script,
        replace(one_name, ' ', '') as one_letters,
        replace(one_core, ' ', '') as core_letters,
        replace(other_name, ' ', '') as other_letters,
        replace(one_sounds, ' ', '') as one_sounds,
        replace(core_sounds, ' ', '') as core_sounds,
        replace(other_sounds, ' ', '') as other_sounds,
        list_filter(string_split(core_sounds, ' '), lambda word: length(word) > 1) as one_words,
        list_filter(string_split(other_sounds, ' '), lambda word: length(word) > 1) as other_words
    from sounds

),

measured as (

    -- Vowels count half: some scripts do not write them.
    select
        left_no,
        right_no,
        greatest(
            (
                {{ edit_similarity('one_letters', 'other_letters') }}
                + {{ edit_similarity('one_sounds', 'other_sounds') }}
            ) / 2,
            if(
                length(core_letters) between {{ var('shortest_core_letters') }} and length(other_letters),
                {{ var('core_similarity_weight') }} * {{ shorter_text_share('core_letters', 'other_letters') }},
                0
            )
        ) as name_similarity,
        len(other_words) > 1 and script not in ({{ var('scripts_without_spaces') | join(', ') }}) as has_words,
        length(core_sounds) > 3 and contains(other_sounds, core_sounds) as is_within,
        {{ words_without_sound('one_words', 'other_words', 'other_sounds') }} as one_own_words,
        {{ words_without_sound('other_words', 'one_words', 'core_sounds') }} as other_own_words,
        length(array_to_string(one_words, '')) as word_sounds
    from spelled

),

pairs_across_scripts as (

    -- Every word counts, not the letters of all: `Sharma Medical Store` is not `Verma Medical Store`.
    select
        left_no,
        right_no,
        case
            when not has_words and is_within then greatest(name_similarity, {{ var('core_similarity_weight') }})
            when has_words and one_own_words = 0 and word_sounds > 2
                then greatest(name_similarity, {{ var('core_similarity_weight') }})
            when has_words and one_own_words > 0 and other_own_words > 0
                then least(name_similarity, {{ var('own_words_similarity') }})
            else name_similarity
        end as name_similarity
    from measured

)

select * from pairs_across_scripts
