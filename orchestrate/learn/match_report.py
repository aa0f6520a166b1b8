"""The report on the pairs of one build: weights by level, a histogram, and the hardest decisions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import duckdb

from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import read_comparisons, read_weights, weight_of
from orchestrate.store.queries import query_rows

HARDEST = 20
MAX_BINS = 80
# Materialized, because the levels are found again by each reference to the view.
_COMPARED = """
    with compared as materialized (
        select compared.*, accepted.left_no is not null as is_accepted
        from intermediate.int_comparison_vectors as compared
        semi join intermediate.int_predictions as scored using (left_no, right_no)
        left join intermediate.int_matches as accepted using (left_no, right_no)
    )
"""
# The label of two record keys: one place, two places, or None without a label.
Truth = Callable[[str, str], bool | None]


def build_match_report(connection: duckdb.DuckDBPyConnection, truth: Truth) -> dict[str, Any]:
    """The data of the match page. The hardest pairs are compared with their labels."""
    threshold = project_vars()["match_threshold"]
    compared_by = read_comparisons(connection)
    blocking = _blocking(connection)
    ((accepted,),) = connection.execute("select count(*) from intermediate.int_matches").fetchall()
    return {
        "version": 1,
        "threshold": threshold,
        "threshold_weight": weight_of(threshold),
        "pairs": {
            **{step: sum(row[step] for row in blocking) for step in ("met", "compared", "scored")},
            "accepted": accepted,  # including pairs that only a person joined
        },
        "levels": _levels(connection, compared_by),
        "histogram": _histogram(connection, weight_of(threshold)),
        "hardest_accepted": _hardest(connection, compared_by, threshold, truth, is_accepted=True),
        "hardest_rejected": _hardest(connection, compared_by, threshold, truth, is_accepted=False),
        "conflicts": query_rows(
            connection,
            "select reason, count(*) as pairs from intermediate.int_conflicts group by all order by pairs desc, reason",
            [],
        ),
        "blocking": blocking,
    }


def _blocking(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return query_rows(
        connection,
        """
        select
            blocked.blocked_by::varchar as blocked_by,
            count(*) as met,
            count(alike.left_no) as compared,
            count(scored.left_no) as scored,
            count(accepted.left_no) as accepted
        from intermediate.int_candidate_pairs as blocked
        left join intermediate.int_pairs_prefiltered as alike using (left_no, right_no)
        left join intermediate.int_predictions as scored using (left_no, right_no)
        left join intermediate.int_matches as accepted using (left_no, right_no)
        group by blocked.blocked_by order by blocked.blocked_by
        """,
        [],
    )


def _levels(connection: duckdb.DuckDBPyConnection, compared_by: list[str]) -> list[dict[str, Any]]:
    """Each level of each comparison: its weight, and the number of its pairs. A level without a row has no weight."""
    each = " union all ".join(
        f"select '{comparison}' as comparison, {comparison}_level as level, count(*) as scored, "  # noqa: S608 (columns)
        "count(*) filter (is_accepted) as accepted from compared group by all"
        for comparison in compared_by
    )
    counts = {(row["comparison"], row["level"]): row for row in query_rows(connection, f"{_COMPARED} {each}", [])}
    weights = read_weights(connection)
    return [
        {
            "comparison": comparison,
            "level": level,
            "weight": weights.get((comparison, level), {}).get("weight"),
            "meaning": weights.get((comparison, level), {}).get("meaning"),
            "scored": counts.get((comparison, level), {}).get("scored", 0),
            "accepted": counts.get((comparison, level), {}).get("accepted", 0),
        }
        for wanted in compared_by
        for comparison, level in dict.fromkeys([*weights, *sorted(counts, key=str)])
        if comparison == wanted
    ]


def _histogram(connection: duckdb.DuckDBPyConnection, threshold_weight: float) -> list[dict[str, Any]]:
    """The histogram of match weights. The threshold is the edge of a bin, so that each bin is on one side of it."""
    ((least, most),) = connection.execute(
        "select min(match_weight), max(match_weight) from intermediate.int_predictions"
    ).fetchall()
    if least is None:
        return []
    width = max(1, math.ceil((most - least) / MAX_BINS))
    counts = dict(
        connection.execute(
            "select floor((match_weight - $1) / $2)::integer, count(*) from intermediate.int_predictions "
            "where match_weight is not null group by all",
            [threshold_weight, width],
        ).fetchall()
    )
    return [
        {"from": threshold_weight + n * width, "to": threshold_weight + (n + 1) * width, "pairs": counts.get(n, 0)}
        for n in range(min(counts), max(counts) + 1)
    ]


def _hardest(
    connection: duckdb.DuckDBPyConnection, compared_by: list[str], threshold: float, truth: Truth, *, is_accepted: bool
) -> list[dict[str, Any]]:
    """The pairs accepted with the least weight, or rejected with the most. Overrides against the score are left out."""
    order, weights = "asc" if is_accepted else "desc", read_weights(connection)
    rows = query_rows(
        connection,
        f"""
        with hardest as (
            select scored.*
            from intermediate.int_predictions as scored
            {"semi" if is_accepted else "anti"} join intermediate.int_matches as accepted
                on scored.left_no = accepted.left_no and scored.right_no = accepted.right_no
            where (scored.match_probability >= $1) = $2
            order by scored.match_weight {order}, scored.left_no, scored.right_no
            limit {HARDEST}
        )

        select
            compared.*, hardest.own_weight, hardest.one_to_one_penalty, hardest.match_weight, hardest.match_probability,
            lefts.record_key as left_key, rights.record_key as right_key,
            lefts.entity_name as left_name, rights.entity_name as right_name,
            coalesce(left_entities.entity_id = right_entities.entity_id, false) as is_one_entity
        from hardest
        inner join intermediate.int_comparison_vectors as compared using (left_no, right_no)
        inner join intermediate.int_match_features as lefts on hardest.left_no = lefts.record_no
        inner join intermediate.int_match_features as rights on hardest.right_no = rights.record_no
        left join intermediate.int_record_entities as left_entities on lefts.record_key = left_entities.record_key
        left join intermediate.int_record_entities as right_entities on rights.record_key = right_entities.record_key
        order by hardest.match_weight {order}, hardest.left_no, hardest.right_no
        """,  # noqa: S608 (words of ours)
        [threshold, is_accepted],
    )
    return [
        {
            **{key: row[key] for key in ("left_key", "left_name", "right_key", "right_name", "metres")},
            "levels": [
                {
                    "comparison": name,
                    "level": row[f"{name}_level"],
                    "weight": weights.get((name, row[f"{name}_level"]), {}).get("weight"),
                }
                for name in compared_by
            ],
            **{key: row[key] for key in ("one_to_one_penalty", "match_weight", "match_probability", "is_one_entity")},
            "is_right": None if (same := truth(row["left_key"], row["right_key"])) is None else same == is_accepted,
        }
        for row in rows
    ]
