"""Reads `sources/*.yml`, and tells the models which lists are declared: `ops.lists` holds what they say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR, Settings

if TYPE_CHECKING:
    from ingest.lists.declaration.contract import ListContract, Value


def declared_lists(settings: Settings) -> tuple[ListContract, ...]:
    """The lists of `sources/*.yml`. Raises UsageError for the first fault in one."""
    if not any(settings.sources_dir.glob("*.yml")):
        return ()
    from ingest.lists.declaration.contract_files import ContractError, read_contracts

    try:
        return read_contracts(settings.sources_dir, {row["value"] for row in read_seed(SEEDS_DIR / "taxonomy.csv")})
    except ContractError as error:
        raise UsageError(str(error)) from None


def declare_lists(connection: duckdb.DuckDBPyConnection, contracts: Sequence[ListContract]) -> None:
    """Replace the declared lists. The records of a list that is not among them leave the models, not the warehouse."""
    with connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("delete from ops.lists")
        for contract in contracts:
            row = _row(contract)
            marks = ", ".join("?" * len(row))
            cursor.execute(f"insert into ops.lists ({', '.join(row)}) values ({marks})", [*row.values()])  # noqa: S608
        cursor.execute("commit")


def _row(contract: ListContract) -> dict[str, object]:
    licence = contract.licence
    return {
        "source_name": contract.source,
        "title": contract.title,
        "format": contract.format,
        "location": contract.location,
        "rows_kept": contract.rows,
        "trust": json.dumps(contract.trust),
        "licence": licence.name,
        "republish": licence.republish,
        "share_alike": licence.share_alike,
        "attribution": licence.attribution,
        "retention_days": contract.retention_days,
        "repeats_places": contract.repeats_places,
        "columns": json.dumps({name: _in_words(values) for name, values in contract.columns.items()}),
        "categories": json.dumps(contract.categories) if contract.categories else None,
        "coverage": contract.coverage.model_dump_json() if contract.coverage else None,
    }


def _in_words(values: Sequence[Value]) -> str:
    """What the mapping reads for a field: its columns, a constant in quotes, or an expression."""
    return ", ".join(_word(value) for value in values)


def _word(value: Value) -> str:
    words = value.model_dump()
    return words.get("column") or words.get("sql") or f'"{words["value"]}"'
