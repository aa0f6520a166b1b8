-- One row per candidate pair that is worth a full comparison. The further apart two records are, the more similar
-- their names must be. A pair that shares a rare value passes at any distance.
{{ config(keyed_by='pair') }}

with int_candidate_pairs as not materialized (

    select * from {{ ref('int_pairs_to_match') }}

),

int_match_features as not materialized (

    select * from {{ ref('int_match_features') }}

),

int_pairs_across_scripts as (

    select * from {{ ref('int_pairs_across_scripts') }}

),

compared_records as (

    select * from {{ ref('int_records_compared') }}

),

-- Both records of a pair read it, and a record has many pairs.
features as materialized (

    select
        record_no,
        name_compact,
        {{ sorted_words('name_folded') }} as name_sorted,
        name_information,
        stem_codes,
        word_codes,
        list_transform(word_codes, lambda code: code // 10) as words,
        latitude,
        longitude
    from int_match_features
    semi join compared_records
        on int_match_features.record_no = compared_records.record_no

),

measured as (

    select
        pairs.left_no,
        pairs.right_no,
        pairs.blocked_by,
        lefts.name_compact as left_name,
        rights.name_compact as right_name,
        lefts.name_sorted as left_sorted,
        rights.name_sorted as right_sorted,
        lefts.name_information as left_information,
        rights.name_information as right_information,
        if(
            lefts.name_sorted = rights.name_sorted, lefts.name_information::bigint,
            {{ shared_information('lefts.stem_codes', 'rights.stem_codes') }}
        ) as shared_information,
        -- DuckDB's functions count bytes, which are letters only in Latin letters without accents.
        strlen(lefts.name_compact) = length(lefts.name_compact)
        and strlen(rights.name_compact) = length(rights.name_compact) as is_plain,
        if(
            is_plain, jaro_winkler_similarity(lefts.name_compact, rights.name_compact),
            {{ letter_pair_similarity('lefts.name_compact', 'rights.name_compact') }}
        ) as jaro_winkler,
        if(
            lefts.name_compact = rights.name_compact, {{ word_class_rank("'none'") }}::integer,
            {{ extra_word_class('lefts.word_codes', 'rights.words') }}
        ) as left_extra,
        if(
            lefts.name_compact = rights.name_compact, {{ word_class_rank("'none'") }}::integer,
            {{ extra_word_class('rights.word_codes', 'lefts.words') }}
        ) as right_extra,
        {{ metres_between('lefts.latitude', 'lefts.longitude', 'rights.latitude', 'rights.longitude') }} as metres
    from int_candidate_pairs as pairs
    inner join features as lefts
        on pairs.left_no = lefts.record_no
    inner join features as rights
        on pairs.right_no = rights.record_no

),

with_edit_distance as (

    select
        * exclude (left_sorted, right_sorted),
        case
            when left_name = right_name then 1
            when not is_plain then jaro_winkler
            when jaro_winkler >= {{ var('edit_distance_from_similarity') }}
                then 1 - levenshtein(left_name, right_name) / greatest(length(left_name), length(right_name))
            else 0
        end as spelled_similarity,
        -- "Hotel Selra" and "Selra Hotel". Names that share little are no other order of each other.
        case
            when
                is_plain
                and left(left_name, 2) != left(right_name, 2)
                and 5 * shared_information >= 3 * least(left_information, right_information)
                then {{ edit_similarity('left_sorted', 'right_sorted') }}
            else 0
        end as sorted_similarity,
        sorted_similarity >= {{ var('typo_similarity') }} as is_reordered,
        if(is_reordered, greatest(spelled_similarity, sorted_similarity), spelled_similarity) as edit_similarity,
        least(left_extra, right_extra) > 0 and edit_similarity >= {{ var('typo_similarity') }} as is_typo
    from measured

),

similarities as (

    -- The mean of four measures that fail on different names. Shared information as a share of both names (a weighted
    -- Jaccard) and of the shorter name ignores the order of words. Jaro-Winkler (Winkler 1990) compares beginnings.
    -- The edit distance (Levenshtein 1966) finds typos and is enough alone to show that two words are one. It is
    -- expensive, so it is not computed where Jaro-Winkler is low.
    select
        left_no,
        right_no,
        blocked_by,
        left_name = right_name as is_same_name,
        if(is_typo, {{ word_class_rank("'none'") }}, left_extra) as left_extra,
        if(is_typo, {{ word_class_rank("'none'") }}, right_extra) as right_extra,
        greatest(
            {{ var('edit_similarity_weight') }} * edit_similarity,
            (
                shared_information / greatest(1, left_information + right_information - shared_information)
                + shared_information / greatest(1, least(left_information, right_information))
                + if(is_reordered, edit_similarity, jaro_winkler)
                + edit_similarity
            ) / 4
        ) as name_similarity,
        metres
    from with_edit_distance

),

with_scripts as (

    -- Names in different scripts are compared in Latin letters.
    select
        similarities.* replace (
            coalesce(across_scripts.name_similarity, similarities.name_similarity) as name_similarity,
            case
                when across_scripts.name_similarity >= {{ var('transliterated_similarity') }}
                    then {{ word_class_rank("'none'") }}
                else similarities.left_extra
            end as left_extra,
            case
                when across_scripts.name_similarity >= {{ var('transliterated_similarity') }}
                    then {{ word_class_rank("'none'") }}
                else similarities.right_extra
            end as right_extra
        ),
        across_scripts.left_no is not null as is_across_scripts
    from similarities
    left join int_pairs_across_scripts as across_scripts
        on similarities.left_no = across_scripts.left_no and similarities.right_no = across_scripts.right_no

),

prefiltered as (

    select * from with_scripts
    where
        {{ blocking_rule('blocked_by') }} <= {{ blocking_rule("'name'") }}
        or (
            coalesce(metres, 0) <= {{ var('prefilter_metres') }}
            and name_similarity >= least(
                {{ var('prefilter_similarity') }} + coalesce(metres, 0) * {{ var('prefilter_similarity_per_metre') }},
                {{ var('prefilter_similarity_at_most') }}
            )
        )

)

select * from prefiltered
