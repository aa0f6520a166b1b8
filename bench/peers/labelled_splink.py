"""Runs Splink on labelled lists, configured as an expert would. bench/peers/labelled.py starts it.

It prints one JSON object with the F1 of Splink's pairs, of its connected components and of its best links, each at the
threshold of THRESHOLDS with the best F1: Splink may look at the labels for that, ours may not. Splink gets one true
fact about the data: no list has a place twice.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from typing import Any

import duckdb
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison

PAIRS, CONNECTED, BEST_LINKS = "pairs", "connected", "best links"
THRESHOLDS = (0.000001, 0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)
MOST_PAIRS = 3e6  # of those that a random sample or a block trains with
FEWEST_PAIRS = 1000  # within lists, to learn from
# A cell is about 500 m wide. A second grid, shifted by half a cell, pairs records on both sides of an edge.
PREPARED = r"""
create table records as
with lowered as (

    select
        row_number() over (order by source, source_record_id)::int as unique_id,
        source as source_dataset,
        source || ':' || source_record_id as record_key,
        try_cast(latitude as double) as latitude,
        try_cast(longitude as double) as longitude,
        nullif(lower(strip_accents(city)), '') as city,
        nullif(replace(replace(upper(postcode), ' ', ''), '-', ''), '') as postcode,
        nullif(right(regexp_replace(phone, '\D', '', 'g'), 9), '') as phone,
        nullif(regexp_replace(regexp_replace(lower(website_url), '^https?://(www\.)?', ''), '[?#].*$|/$', '', 'g'), '')
            as page,
        trim(regexp_replace(lower(strip_accents(entity_name)), '[^\p{L}\p{N}]+', ' ', 'g')) as name,
        trim(regexp_replace(lower(strip_accents(street_address)), '[^\p{L}\p{N}]+', ' ', 'g')) as address
    from read_csv($records, header = true, all_varchar = true)

)

select
    * exclude (address),
    array_to_string(list_sort(string_split(name, ' ')), ' ') as sorted_name,
    left(name, 3) as name_start,
    split_part(name, ' ', 1) as first_word,
    split_part(page, '/', 1) as domain,
    nullif(regexp_extract(address, '\b[0-9]+'), '') as house_number,
    nullif(trim(regexp_replace(
        regexp_replace(address, '\b[0-9]+\b', '', 'g'),
        ' (street|st|road|rd|avenue|ave|lane|ln|place|pl|terrace|drive|dr|boulevard|blvd)\b', '', 'g'
    )), '') as street,
    floor(latitude * 222)::int as row,
    floor(longitude * 160)::int as col,
    floor(latitude * 222 + 0.5)::int as shifted_row,
    floor(longitude * 160 + 0.5)::int as shifted_col,
    floor(latitude * 55)::int as wide_row,
    floor(longitude * 40)::int as wide_col
from lowered
"""
LABELLED = """
create table labelled as
select lefts.unique_id as left_id, rights.unique_id as right_id, label in ('1', 'true', 'True') as is_match
from read_csv($pairs, header = true, all_varchar = true) as pairs
inner join records as lefts on pairs.left_source || ':' || pairs.left_id = lefts.record_key
inner join records as rights on pairs.right_source || ':' || pairs.right_id = rights.record_key
"""
BY_CHANCE = """
create table by_chance as
select {reached}
from (
    select {both}
    from records as lefts
    inner join records as rights using (source_dataset, {near})
    where lefts.unique_id < rights.unique_id
)
"""
SCORED = """
select 2 * count(*) filter (is_match and is_joined) / (count(*) filter (is_match) + count(*) filter (is_joined))
from ({judged})
"""
JUDGED_PAIRS = """
select is_match, coalesce(match_probability >= {threshold}, false) as is_joined
from labelled left join {predicted} as predicted on
    least(left_id, right_id) = least(unique_id_l, unique_id_r)
    and greatest(left_id, right_id) = greatest(unique_id_l, unique_id_r)
"""
JUDGED_CLUSTERS = """
select is_match, coalesce(lefts.cluster_id = rights.cluster_id, false) as is_joined
from labelled
left join {clusters} as lefts on left_id = lefts.unique_id
left join {clusters} as rights on right_id = rights.unique_id
"""


def same(*columns: str) -> CustomRule:
    return CustomRule(" and ".join(f"l.{column} = r.{column}" for column in columns))


def name_comparison() -> CustomComparison:
    # An almost equal rare name is stronger evidence than a common one.
    def like_each(similarity: float) -> levels.CustomLevel:
        either = " or ".join(f"jaro_winkler_similarity({c}_l, {c}_r) >= {similarity}" for c in ("name", "sorted_name"))
        return levels.CustomLevel(either).configure(tf_adjustment_column="name")

    longer = " or ".join(
        f"contains(' ' || name_{a} || ' ', ' ' || name_{b} || ' ')" for a, b in (("l", "r"), ("r", "l"))
    )
    return CustomComparison(
        [
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            like_each(0.94),
            levels.CustomLevel(longer).configure(tf_adjustment_column="name"),
            *(like_each(similarity) for similarity in (0.88, 0.82, 0.76, 0.7, 0.62)),
            levels.ElseLevel(),
        ],
        output_column_name="name",
    )


def place_comparison() -> CustomComparison:
    kilometres = (0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.5, 1, 2)
    return CustomComparison(
        [
            levels.NullLevel("latitude"),
            *(levels.DistanceInKMLevel("latitude", "longitude", distance) for distance in kilometres),
            levels.ElseLevel(),
        ],
        output_column_name="place",
    )


def address_comparison() -> CustomComparison:
    return CustomComparison(
        [
            levels.NullLevel("street"),
            levels.CustomLevel("street_l = street_r and house_number_l = house_number_r"),
            levels.CustomLevel(
                "house_number_l = house_number_r and jaro_winkler_similarity(street_l, street_r) > 0.85"
            ),
            levels.CustomLevel("street_l = street_r and (house_number_l is null or house_number_r is null)"),
            levels.ExactMatchLevel("street"),
            levels.ElseLevel(),
        ],
        output_column_name="address",
    )


def with_frequency(column: str, *between: Any) -> CustomComparison:
    return CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            *between,
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def settings(filled: set[str]) -> SettingsCreator:
    """The settings for the columns that the lists fill: a comparison of an empty column cannot be trained."""
    compared = {
        "latitude": place_comparison(),
        "street": address_comparison(),
        "phone": with_frequency("phone"),
        "page": with_frequency("page", levels.ExactMatchLevel("domain", term_frequency_adjustments=True)),
        "postcode": with_frequency("postcode", levels.CustomLevel("left(postcode_l, 3) = left(postcode_r, 3)")),
        "city": with_frequency("city"),
    }
    blocked = {
        "latitude": [
            same("row", "col"),
            same("shifted_row", "shifted_col"),
            same("first_word"),
        ],
        "street": [same("street", "house_number")],
        "phone": [same("phone")],
        "page": [same("page"), same("domain", "name_start")],
        "postcode": [same("postcode")],
        "city": [same("city", "name_start"), same("city", "house_number")],
    }
    return SettingsCreator(
        link_type="link_only",
        comparisons=[name_comparison(), *(compared[column] for column in compared if column in filled)],
        blocking_rules_to_generate_predictions=[
            same("name"),
            same("sorted_name"),
            *(rule for column, rules in blocked.items() if column in filled for rule in rules),
        ],
        retain_matching_columns=False,
    )


def train(linker: Linker, connection: duckdb.DuckDBPyConnection, filled: set[str]) -> None:
    training = linker.training
    sure = [same("name", "row", "col")] if "latitude" in filled else [same("name", "city"), same("phone", "city")]
    training.estimate_probability_two_random_records_match(sure, recall=0.5)
    near = ("name_start", "wide_row", "wide_col") if "latitude" in filled else ("name_start", "city")
    blocks = [same(*near)]
    if not learn_chance(linker, connection, near):
        training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS, seed=1)
        blocks = [same("name"), same("postcode")]  # each trains what the other holds fixed
    for blocked_on in blocks:
        training.estimate_parameters_using_expectation_maximisation(
            blocked_on, estimate_without_term_frequencies=True, max_pairs=MOST_PAIRS
        )


def learn_chance(linker: Linker, connection: duckdb.DuckDBPyConnection, near: tuple[str, ...]) -> bool:
    """Learn how often a level is reached by chance, from near pairs within a list: they are never one place.

    Splink samples random pairs, and those are all unlike, but the pairs to judge have like names and stand near each
    other. Random pairs stay where the lists have too few near ones.
    """
    comparisons = linker._settings_obj.comparisons
    connection.execute(
        BY_CHANCE.format(
            reached=", ".join(comparison._case_statement for comparison in comparisons),
            both=", ".join(
                f"lefts.{column} as {column}_l, rights.{column} as {column}_r"
                for (column, *_) in connection.execute("describe records").fetchall()
            ),
            near=", ".join(near),
        )
    )
    if connection.execute("select count(*) from by_chance").fetchall()[0][0] < FEWEST_PAIRS:
        return False
    for comparison in comparisons:
        gamma, learned = comparison._gamma_column_name, comparison._comparison_levels_excluding_null
        reached = connection.execute(f"select {gamma} from by_chance where {gamma} >= 0").fetchall()
        times = Counter(level for (level,) in reached)
        for level in learned:
            level.u_probability = (times[level.comparison_vector_value] + 1) / (len(reached) + len(learned))
    return True


def best_f1(connection: duckdb.DuckDBPyConnection, judged_at: dict[float, str]) -> dict[str, float]:
    found = {at: connection.execute(SCORED.format(judged=judged)).fetchall()[0][0] for at, judged in judged_at.items()}
    best = max(found, key=lambda at: found[at])
    return {"f1": found[best], "threshold": best}


def measure(records: str, pairs: str) -> dict[str, Any]:
    started = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(PREPARED, {"records": records})
    columns = ("latitude", "street", "phone", "page", "postcode", "city")
    shares = connection.execute(
        f"select {', '.join(f'count({c}) / count(*)' for c in columns)} from records"
    ).fetchall()
    filled = {column for column, share in zip(columns, shares[0], strict=True) if share > 0.2}
    linker = Linker(DuckDBAPI(connection).register("records"), settings(filled), log_level=logging.ERROR)
    train(linker, connection, filled)
    predicted = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    seconds = time.perf_counter() - started
    connection.execute(LABELLED, {"pairs": pairs})
    sources = [s for (s,) in connection.execute("select distinct source_dataset from records order by all").fetchall()]
    clustering = linker.clustering
    ways = {
        CONNECTED: lambda at: clustering.cluster_pairwise_predictions_at_threshold(predicted, at),
        BEST_LINKS: lambda at: clustering.cluster_using_single_best_links(predicted, sources, at),
    }
    by_pairs = {at: JUDGED_PAIRS.format(threshold=at, predicted=predicted.physical_name) for at in THRESHOLDS}
    results = {PAIRS: best_f1(connection, by_pairs)}
    for way, cluster in ways.items():
        clusters = {at: JUDGED_CLUSTERS.format(clusters=cluster(at).physical_name) for at in THRESHOLDS}
        results[way] = best_f1(connection, clusters)
    return {"seconds": seconds, **results}


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], sys.argv[2]), sys.stdout)
