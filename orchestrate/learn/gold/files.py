"""Reads the two files of `trigpoint eval survivorship`: the records of places, and the right values."""

# ruff: noqa: S608 (the columns and tables are ours)
from __future__ import annotations

from pathlib import Path

import duckdb

from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR

RECORD_COLUMNS = ("source", "source_record_id", "place_id", "entity_name")
GOLD_COLUMNS = ("place_id", "field")
ABOUT_RECORD = ("fetched_at", "source_updated_at", "trust")
ABOUT_GOLD = ("value", "source", "source_record_id", "kind")
NDJSON = (".ndjson", ".jsonl")


def read_records(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the records into the temporary table `gold_records`. Raises UsageError for a fault in the file."""
    _read_file(connection, "gold_records", path, RECORD_COLUMNS, (*list_fields(connection), *ABOUT_RECORD))
    for column in ABOUT_RECORD:
        connection.execute(f"alter table gold_records add column if not exists {column} varchar")
    _refuse(connection, path, "{} is there twice: an id names one record of a source.", TWICE)
    for column in ("fetched_at", "source_updated_at"):
        _refuse(connection, path, "{} is no moment such as 2026-01-31T12:00:00.", NO_MOMENT.format(column=column))
    _refuse(connection, path, "{} needs one trust, a whole number from 0 to 100, in all its rows.", NO_TRUST)


def read_gold(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the right values into the temporary table `gold_rows`. Raises UsageError for a fault in the file."""
    _read_file(connection, "gold_rows", path, GOLD_COLUMNS, ABOUT_GOLD)
    for column in ABOUT_GOLD:
        connection.execute(f"alter table gold_rows add column if not exists {column} varchar")
    _refuse(connection, path, "the place {} has no record in the records file.", UNKNOWN_PLACE)
    _refuse(connection, path, "{} is no record of its place in the records file.", UNKNOWN_RECORD)
    _refuse(connection, path, "{} is no coordinate in degrees.", NO_COORDINATE)
    fields = [row["field_name"] for row in read_seed(SEEDS_DIR / "field_strategies.csv")]
    named = [field for (field,) in connection.execute("select distinct field from gold_rows order by all").fetchall()]
    if unknown := next((field for field in named if field not in fields), None):
        raise UsageError(f"{path}: {unknown} is no field. Known: {', '.join(fields)}.")


def list_fields(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The fields that a list can state, as columns of `raw.list_fields`."""
    about = {"source_name", "source_record_id", "payload_hash", "mapping_version", "as_is"}
    described = connection.execute("describe raw.list_fields").fetchall()
    return tuple(name for name, *_ in described if name not in about)


def _read_file(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, needed: tuple[str, ...], known: tuple[str, ...]
) -> None:
    """Read the known columns of a CSV or NDJSON file into `table`, each as text, with null for a blank."""
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    form = "NDJSON" if path.suffix in NDJSON else "CSV"
    options = "read_json(?, format = 'newline_delimited')" if form == "NDJSON" else "read_csv(?, all_varchar = true)"
    try:
        connection.execute(f"create or replace temp table file as from {options}", [str(path)])
    except duckdb.Error as error:
        raise UsageError(f"{path} cannot be read as {form}: {str(error).splitlines()[0]}") from None
    types = {name: kind for name, kind, *_ in connection.execute("describe file").fetchall()}
    if missing := [column for column in needed if column not in types]:
        raise UsageError(f"{path} lacks the columns {', '.join(missing)}. It needs {', '.join(needed)}.")
    texts = ", ".join(
        f"nullif(trim({_as_text(name, kind)}), '') as {name}"
        for name, kind in types.items()
        if name in {*needed, *known}
    )
    connection.execute(
        f"create or replace temp table {table} as select {texts}, row_number() over () as row_no from file"
    )


def _as_text(column: str, kind: str) -> str:
    return f"array_to_string({column}, '; ')" if kind.endswith("[]") else f"{column}::varchar"


def _refuse(connection: duckdb.DuckDBPyConnection, path: Path, sentence: str, query: str) -> None:
    """Raise UsageError if the query finds a fault."""
    if found := connection.execute(f"{query} order by all limit 1").fetchall():
        raise UsageError(f"{path}: {sentence.format(found[0][0])}")


TWICE = "select source || ':' || source_record_id as record from gold_records group by all having count(*) > 1"
NO_MOMENT = "select {column} from gold_records where {column} is not null and try_cast({column} as timestamp) is null"
NO_TRUST = """
select source from gold_records group by source
having
    count(distinct coalesce(trust, '')) > 1
    or not bool_and(trust is null or coalesce(try_cast(trust as integer) between 0 and 100, false))
"""
UNKNOWN_PLACE = "select place_id from gold_rows anti join gold_records using (place_id)"
UNKNOWN_RECORD = """
select source || ':' || coalesce(source_record_id, '') as record
from gold_rows anti join gold_records using (place_id, source, source_record_id)
where source is not null
"""
NO_COORDINATE = """
select value from gold_rows
where
    field in ('latitude', 'longitude')
    and exists (
        select 1 from (select unnest(string_split(value, '|')) as part) where try_cast(part as double) is null
    )
"""
