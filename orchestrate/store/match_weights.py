"""The match weights of a build: its comparisons, and the weight of each level."""

from __future__ import annotations

import math
from typing import Any

import duckdb

from orchestrate.store.queries import query_rows


def weight_of(probability: float) -> float:
    """The match weight of a match probability: its log2 odds."""
    return math.log2(probability / (1 - probability))


def read_comparisons(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The comparisons, in the order of the view's columns."""
    rows = connection.execute("describe intermediate.int_comparison_vectors").fetchall()
    return [name.removesuffix("_level") for (name, *_) in rows if name.endswith("_level")]


def read_weights(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, Any]]:
    """The seed rows of the build by (comparison, level), in the seed's order."""
    rows = query_rows(
        connection, "select comparison, level, weight, meaning from seeds.match_weights order by rowid", []
    )
    return {(row["comparison"], row["level"]): row for row in rows}
