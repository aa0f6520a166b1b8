"""The pairs of records near the threshold, for a person to judge without the model's opinion."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.explain.pair_score import steps_of
from orchestrate.export.formats.values import hours_text
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import read_comparisons, read_weights, weight_of
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import opened_between_runs

MOST_PAIRS = 200
SIDES = ("left", "right")
SHOWN = ("name", "address", "kinds", "phone", "website", "hours")
OF_A_RECORD = ("record_key", "source", "entity_id", *SHOWN)


@dataclass(frozen=True)
class Opinion:
    """What the model says about a pair. A reviewer sees it only after the decision."""

    match_weight: float
    match_probability: float
    threshold: float
    penalty: float
    steps: tuple[dict[str, Any], ...]
    is_one_entity: bool  # in the last build, perhaps through other records

    @property
    def is_match(self) -> bool:
        return self.match_probability >= self.threshold


@dataclass(frozen=True)
class ReviewPair:
    left: dict[str, Any]
    right: dict[str, Any]
    metres: float | None
    opinion: Opinion

    @property
    def keys(self) -> tuple[str, str]:
        return self.left["record_key"], self.right["record_key"]

    @property
    def about(self) -> str:
        return f"{self.left['name']} / {self.right['name']}"


class PairQueue:
    """The pairs of the last build, the nearest to the threshold first.

    They are read once a build. While a run writes the warehouse, the pairs of before are shown.
    """

    def __init__(self, warehouse: Path, most: int = MOST_PAIRS) -> None:
        self._warehouse = warehouse
        self._most = most
        self._lock = threading.Lock()
        self._read_at: tuple[int, int] | None = None
        self._pairs: tuple[ReviewPair, ...] = ()

    def pairs(self) -> tuple[ReviewPair, ...]:
        check_was_built(self._warehouse)
        with self._lock:
            stat = self._warehouse.stat()
            version = (stat.st_ino, stat.st_mtime_ns)
            if version != self._read_at:
                with opened_between_runs(self._warehouse) as connection:
                    if connection is not None:
                        self._pairs, self._read_at = read_pairs(connection, self._most), version
            return self._pairs

    def pair(self, left: str, right: str) -> ReviewPair:
        """Raises UsageError if the pair is not in the queue."""
        found = next((pair for pair in self.pairs() if set(pair.keys) == {left, right}), None)
        if found is None:
            raise UsageError(f"{left} and {right} are not among the pairs near the threshold.")
        return found


def read_pairs(connection: duckdb.DuckDBPyConnection, most: int) -> tuple[ReviewPair, ...]:
    """The pairs near the threshold. There are none if the last build compared nothing."""
    threshold = project_vars()["match_threshold"]
    comparisons, weights = read_comparisons(connection), read_weights(connection)
    try:
        rows = query_rows(connection, _PAIRS, [weight_of(threshold), most])
    except duckdb.CatalogException:
        return ()
    return tuple(
        ReviewPair(
            left=_side(row, "left"),
            right=_side(row, "right"),
            metres=row["metres"],
            opinion=Opinion(
                row["match_weight"],
                row["match_probability"],
                threshold,
                row["one_to_one_penalty"],
                tuple(steps_of(row, comparisons, weights)),
                row["is_one_entity"],
            ),
        )
        for row in rows
    )


def _side(row: dict[str, Any], side: str) -> dict[str, Any]:
    record = {field: row[f"{side}_{field}"] for field in OF_A_RECORD}
    return {**record, "hours": hours_text(record["hours"]) if record["hours"] else None}


def _columns(sides: Sequence[str]) -> str:
    return ", ".join(f"{side}s.{field} as {side}_{field}" for side in sides for field in OF_A_RECORD)


_PAIRS = f"""
with near as (
    select left_no, right_no, match_weight, match_probability, one_to_one_penalty
    from intermediate.int_predictions
    order by abs(match_weight - $1), left_no, right_no
    limit $2
),
compared as materialized (
    select vectors.* exclude (left_source, right_source)
    from intermediate.int_comparison_vectors as vectors
    semi join near on vectors.left_no = near.left_no and vectors.right_no = near.right_no
),
records as (
    select
        features.record_no, records.record_key, records.source_name as source, entities.entity_id,
        coalesce(records.entity_name, '(no name)') as name,
        nullif(
            concat_ws(', ', records.street_address, records.locality, records.city, records.postcode, records.country),
            ''
        ) as address,
        nullif(array_to_string(records.raw_categories, ', '), '') as kinds, records.phone,
        records.website_url as website, records.opening_hours as hours
    from intermediate.int_records as records
    inner join intermediate.int_match_features as features using (record_key)
    left join intermediate.int_record_entities as entities using (record_key)
    where features.record_no in (select left_no from near union all select right_no from near)
)
select
    compared.*, near.match_weight, near.match_probability, near.one_to_one_penalty, {_columns(SIDES)},
    coalesce(lefts.entity_id = rights.entity_id, false) as is_one_entity
from near
inner join compared using (left_no, right_no)
inner join records as lefts on near.left_no = lefts.record_no
inner join records as rights on near.right_no = rights.record_no
order by abs(near.match_weight - $1), lefts.record_key, rights.record_key
"""  # noqa: S608 (names of columns of ours)
