"""Reads the values of corrections into the form of a source's value, for the models to join."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from orchestrate.seeds.files import SeedFile, closed_lists


def read_corrections(connection: duckdb.DuckDBPyConnection, seeds: Mapping[str, SeedFile]) -> None:
    """Fill `ops.correction_values` with the value of every correction. The seeds are already checked."""
    connection.execute("delete from ops.correction_values")
    given = {(row.cells["field_name"], row.cells["value"]) for row in seeds["manual_overrides"].rows}
    if not given:
        return
    from orchestrate.seeds.override_values import default_country, read_value  # it loads the phone library

    lists, country = closed_lists(seeds), default_country(seeds)
    for field, value in sorted(given):
        connection.execute(
            "insert into ops.correction_values values (?, ?, ?)",
            [field, value, read_value(field, value, lists, country)],
        )
