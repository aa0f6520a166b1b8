"""How far a pair came in matching, and the steps that add up to its weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from orchestrate.store.match_weights import read_comparisons, read_weights
from orchestrate.store.queries import first_row
from orchestrate.wording import signed, words

Connection = duckdb.DuckDBPyConnection

_MEETING = """
    select
        blocked.blocked_by::varchar as blocked_by, alike.left_no is not null as is_compared,
        scored.left_no is not null as is_scored
    from intermediate.int_candidate_pairs as blocked
    left join intermediate.int_pairs_prefiltered as alike using (left_no, right_no)
    left join intermediate.int_predictions as scored using (left_no, right_no)
    where blocked.left_no = ? and blocked.right_no = ?
"""

_PREDICTION = """
    select own_weight, one_to_one_penalty, match_weight, match_probability
    from intermediate.int_predictions where left_no = ? and right_no = ?
"""


def read_meeting(
    connection: Connection,
    pair: list[int] | None,
    left: dict[str, Any],
    right: dict[str, Any],
    policy: dict[str, Any],
) -> dict[str, Any]:
    """The stage that the pair reached: `scored`, `not_kept`, `prefiltered`, `never_met` or `not_matched`."""
    if pair is None:
        outside = [_why_not_matched(record) for record in (left, right) if record["record_no"] is None]
        return {"status": "not_matched", "blocked_by": None, "sentence": " ".join(outside)}
    met = first_row(connection, _MEETING, pair)
    if met is None:
        sentence = "They are no candidate pair: they share no blocking key, or only keys that too many records share."
        return {"status": "never_met", "blocked_by": None, "sentence": sentence}
    by = f"They are a candidate pair by {words(met['blocked_by'])}"
    if met["is_scored"]:
        status, sentence = "scored", f"{by}."
    elif met["is_compared"]:
        least = policy["kept_match_weight"]
        status = "not_kept"
        sentence = f"{by}. They were compared, but not kept: their match weight is below {signed(least)}."
    else:
        status = "prefiltered"
        sentence = f"{by}. The prefilter dropped them: their names are too different for their distance."
    return {"status": status, "blocked_by": met["blocked_by"], "sentence": sentence}


def _why_not_matched(record: dict[str, Any]) -> str:
    if record["loss_reason"]:
        return f"{record['record_key']} is not matched: it describes no place ({words(record['loss_reason'])})."
    if record["match_role"] == "part":
        return f"{record['record_key']} is a sub-venue. Its location gave it its venue ({record['matched_by']})."
    return f"{record['record_key']} is a sub-venue, and no venue was found near it."


def read_score(
    connection: Connection, pair: list[int] | None, status: str, left: dict[str, Any], right: dict[str, Any]
) -> dict[str, Any] | None:
    """The steps that add up to the pair's weight. None if the two were not compared."""
    if pair is None or status not in ("scored", "not_kept"):
        return None
    row = first_row(
        connection, "select * from intermediate.int_comparison_vectors where left_no = ? and right_no = ?", pair
    )
    if row is None:
        return None
    row |= first_row(connection, _PREDICTION, pair) or {}
    steps = steps_of(row, read_comparisons(connection), read_weights(connection))
    own = math.fsum(step["weight"] or 0 for step in steps)
    penalty = row.get("one_to_one_penalty") or 0.0
    competing = _competing_matches(connection, pair, left, right) if penalty else []
    return {
        "is_kept": status == "scored",
        "name_similarity": row.get("name_similarity"),
        "steps": steps,
        "own_weight": own,
        "one_to_one_penalty": penalty,
        "competing_matches": competing,
        "match_weight": row.get("match_weight", own),
        "match_probability": row.get("match_probability", 1 / (1 + 2**-own)),
    }


def steps_of(
    row: Mapping[str, Any], comparisons: Sequence[str], weights: Mapping[tuple[str, str], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The level of each comparison of a compared pair with its weight and meaning, and the prior."""
    levels = [("prior", "any"), *((name, row[f"{name}_level"]) for name in comparisons)]
    return [
        {
            "comparison": comparison,
            "level": level,
            "weight": weights.get((comparison, level), {}).get("weight"),
            "meaning": weights.get((comparison, level), {}).get("meaning"),
        }
        for comparison, level in levels
    ]


def _competing_matches(
    connection: Connection, pair: list[int], left: dict[str, Any], right: dict[str, Any]
) -> list[dict[str, Any]]:
    """For each record: the record of the other's source that matches it better, if there is one."""
    found = []
    for record, other in ((left, right), (right, left)):
        better = first_row(
            connection,
            """
            with of_record as (
                select
                    if(left_no = $1, right_no, left_no) as competing_no,
                    own_weight
                from intermediate.int_predictions
                where left_no = $1 or right_no = $1
            )

            select features.record_key, features.entity_name, of_record.own_weight
            from of_record
            inner join intermediate.int_match_features as features on of_record.competing_no = features.record_no
            where features.source_name = $2
            order by of_record.own_weight desc, of_record.competing_no
            limit 1
            """,
            [record["record_no"], other["source_name"]],
        )
        if better and better["record_key"] != other["record_key"]:
            found.append({"of": record["record_key"], **better})
    return found
