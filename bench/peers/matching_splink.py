"""Runs Splink on an invented country, configured as an expert would. bench/peers/matching.py starts it.

It prints one JSON object: each of Splink's two ways to cluster, at the threshold of THRESHOLDS with the best F1. Splink
gets one true fact about the data: no source lists a place twice. The truth is in a table that Splink does not see. The
search for the best threshold does not count in its seconds.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from typing import Any

import duckdb
import splink.comparison_level_library as levels
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison, ExactMatch

CONNECTED, BEST_LINKS = "splink, connected", "splink, best links"
THRESHOLDS = {CONNECTED: (0.99, 0.95, 0.995, 0.999), BEST_LINKS: (0.9, 0.8, 0.95)}
# A cell is about 500 m wide. A second grid, shifted by half a cell, pairs records on both sides of an edge.
PREPARED = r"""
create table records as
with lowered as (

    select
        file_row_number::int as unique_id,
        source as source_dataset,
        latitude,
        longitude,
        lower(city) as city,
        replace(upper(postcode), ' ', '') as postcode,
        right(regexp_replace(phone, '\D', '', 'g'), 10) as phone,
        regexp_replace(
            trim(regexp_replace(lower(strip_accents(entity_name)), '[^a-z0-9]+', ' ', 'g')),
            ' (ltd|limited|llp|plc|co)$', ''
        ) as whole_name,
        trim(regexp_replace(lower(strip_accents(street_address)), '[^a-z0-9]+', ' ', 'g')) as address
    from given

),

-- The town is part of some names and was appended to others. It is removed if two words remain.
named as (

    select
        *,
        if(
            ends_with(whole_name, ' ' || city) and contains(left(whole_name, -length(city) - 1), ' '),
            left(whole_name, -length(city) - 1), whole_name
        ) as name
    from lowered

)

select
    * exclude (whole_name, address),
    array_to_string(list_sort(string_split(name, ' ')), ' ') as sorted_name,
    left(name, 2) as name_start,
    nullif(regexp_extract(address, '^[0-9]+'), '') as house_number,
    regexp_replace(
        regexp_replace(address, '^[0-9]+ ', ''),
        ' (street|st|road|rd|avenue|ave|lane|ln|place|pl|terrace|ter|drive|dr)$', ''
    ) as street,
    floor(latitude * 222)::int as row,
    floor(longitude * 130)::int as col,
    floor(latitude * 222 + 0.5)::int as shifted_row,
    floor(longitude * 130 + 0.5)::int as shifted_col
from named
"""
COUNTED = """
with joined as (select cluster_id, truth from {clusters} inner join truth using (unique_id)),
both_same as (select count(*) as size from joined group by cluster_id, truth),
clustered as (select count(*) as size from joined group by cluster_id),
true_places as (select count(*) as size from joined group by truth)
select
    (select sum(size * (size - 1) // 2) from both_same)::bigint,
    (select sum(size * (size - 1) // 2) from clustered)::bigint,
    (select sum(size * (size - 1) // 2) from true_places)::bigint
"""


def same(*columns: str) -> CustomRule:
    return CustomRule(" and ".join(f"l.{column} = r.{column}" for column in columns))


def settings() -> SettingsCreator:
    def like(column: str, similarity: float) -> levels.JaroWinklerLevel:
        # An almost equal rare name is stronger evidence than a common one.
        return levels.JaroWinklerLevel(column, similarity).configure(tf_adjustment_column="name")

    name = CustomComparison(
        [
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name", term_frequency_adjustments=True),
            like("name", 0.96),
            like("name", 0.92),
            like("sorted_name", 0.92),
            levels.JaroWinklerLevel("name", 0.85),
            levels.JaroWinklerLevel("name", 0.75),
            levels.ElseLevel(),
        ],
        output_column_name="name",
    )
    kilometres = (0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.5, 2)
    place = CustomComparison(
        [
            levels.NullLevel("latitude"),
            *(levels.DistanceInKMLevel("latitude", "longitude", distance) for distance in kilometres),
            levels.ElseLevel(),
        ],
        output_column_name="place",
    )
    address = CustomComparison(
        [
            levels.NullLevel("street"),
            levels.CustomLevel("street_l = street_r and house_number_l = house_number_r"),
            levels.CustomLevel("street_l = street_r and (house_number_l is null or house_number_r is null)"),
            levels.ExactMatchLevel("street"),
            levels.ElseLevel(),
        ],
        output_column_name="address",
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[name, place, address, ExactMatch("phone"), ExactMatch("postcode")],
        blocking_rules_to_generate_predictions=[
            same("phone"),
            same("postcode"),
            same("row", "col", "name_start"),
            same("shifted_row", "shifted_col", "name_start"),
            same("city", "name"),
            same("street", "house_number", "city"),
        ],
        retain_matching_columns=False,
    )


def train(linker: Linker) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [same("phone"), same("city", "name", "postcode")], recall=0.3
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for blocked_on in (same("street", "house_number"), same("postcode")):  # each trains what the other holds fixed
        training.estimate_parameters_using_expectation_maximisation(
            blocked_on, estimate_without_term_frequencies=True, max_pairs=1e6
        )


def scores(connection: duckdb.DuckDBPyConnection, clusters: str) -> dict[str, float]:
    ((both, joined, true),) = connection.execute(COUNTED.format(clusters=clusters)).fetchall()
    return {"precision": both / joined, "recall": both / true, "f1": 2 * both / (joined + true)}


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(path: str) -> dict[str, Any]:
    laps: dict[str, float] = {}
    started = time.perf_counter()

    def lap(name: str) -> None:
        laps[name] = time.perf_counter() - started - sum(laps.values())

    connection = duckdb.connect()
    connection.execute(f"create view given as from read_parquet('{path}', file_row_number = true)")
    connection.execute(PREPARED)
    lap("prepare")
    linker = Linker(DuckDBAPI(connection).register("records"), settings(), log_level=logging.ERROR)
    train(linker)
    lap("train")
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    predicted = linker.inference.predict(threshold_match_probability=min(map(min, THRESHOLDS.values())))
    lap("predict")

    connection.execute("create table truth as select file_row_number::int as unique_id, truth from given")
    ((pairs,),) = connection.execute(f"select count(*) from {blocked.physical_name}").fetchall()
    sources = [
        source
        for (source,) in connection.execute("select distinct source_dataset from records order by all").fetchall()
    ]
    clustering = linker.clustering
    ways = {
        CONNECTED: lambda at: clustering.cluster_pairwise_predictions_at_threshold(predicted, at),
        BEST_LINKS: lambda at: clustering.cluster_using_single_best_links(predicted, sources, at),
    }
    results = {}
    for way, cluster in ways.items():
        tried, peak = [], None
        for threshold in THRESHOLDS[way]:
            begun = time.perf_counter()
            clusters = cluster(threshold)
            seconds = time.perf_counter() - begun
            peak = peak or peak_megabytes()  # the peak of the first: later peaks come from the search
            tried.append({"threshold": threshold, "cluster": seconds, **scores(connection, clusters.physical_name)})
            clusters.drop_table_from_database_and_remove_from_cache()
        best = max(tried, key=lambda one: one["f1"])
        results[way] = {
            "parts": {**laps, "cluster": best.pop("cluster")},
            "peak_megabytes": peak,
            "candidate_pairs": pairs,
            **best,
        }
    return results


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
