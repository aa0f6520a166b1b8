"""Turns the payloads of a list into values under the names of fields, as the contract says.

The values go to `raw.list_fields`, one row for each version of a record. They are the texts of the list; the readers of
`extract` read them. A changed mapping writes them again from the payloads, without the file.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import SourceError
from ingest.lists.declaration.contract import ColumnValue, ConstantValue, ListContract, SqlValue, Value
from ingest.lists.expressions import closed_connection, columns_in
from ingest.lists.fields import SEVERAL
from ingest.lists.memory import bounded_memory

# ruff: noqa: S608 (names and texts are quoted here; expressions are checked and run in a closed database)

MAPPING_VERSION = "fields-2"
BATCH_ROWS = 20_000
CRS = "crs"  # beside the fields: the reference system of their coordinates
NUMBERS = frozenset({"latitude", "longitude", "easting", "northing", "rating", "rating_count"})
NO_VALUES = ("", "n/a", "na", "-", "--", "–", "—", "k.a.", "k. a.", "keine angabe", "null", "#n/a")


def text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def name_literal(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Mapping:
    """The SQL that gives the fields of a payload."""

    contract: ListContract

    @cached_property
    def version(self) -> str:
        """It changes when the same payload may give other values."""
        dumped = self.contract.model_dump(mode="json", include={"columns", "options", "as_is"})
        content = json.dumps([MAPPING_VERSION, dumped], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column that the mapping reads, in a fixed order. Letters count as they are written."""
        named: dict[str, None] = {}
        for value in self.values:
            if isinstance(value, ColumnValue):
                named[value.column] = None
            elif isinstance(value, SqlValue):
                named.update(dict.fromkeys(sorted(columns_in(value.sql))))
        return tuple(named)

    @property
    def values(self) -> Iterator[Value]:
        return (value for values in self.contract.columns.values() for value in values)

    def select(self, rows: str) -> str:
        """A query for the fields of `rows`, which has `source_record_id`, `payload_hash` and `payload`."""
        pointers = [text_literal(pointer) for name in self.names for pointer in _pointers(name)]
        found = (
            "select source_record_id as _tp_id, payload_hash as _tp_hash, "
            f"json_extract_string(payload, [{', '.join(pointers)}]::varchar[]) as _tp_found from {rows}"
        )
        fields = [f"{self._field(name)} as {name_literal(name)}" for name in self.contract.columns]
        if self.contract.as_is:
            fields.append(f"[{', '.join(map(text_literal, self.contract.as_is))}] as as_is")
        if self.contract.reading.crs:
            fields.append(f"[{text_literal(self.contract.reading.crs)}] as {CRS}")
        return (
            f"select _tp_id as source_record_id, _tp_hash as payload_hash, {', '.join(fields)} "
            f"from (select {', '.join(['_tp_id', '_tp_hash', *self._columns()])} from ({found}))"
        )

    def _columns(self) -> Iterator[str]:
        """Each column by its number, which is free of a clash of letters, and for expressions by its name."""
        in_sql = {name for value in self.values if isinstance(value, SqlValue) for name in columns_in(value.sql)}
        position = 1
        for number, name in enumerate(self.names):
            steps = [f"_tp_found[{position + step}]" for step in range(len(_pointers(name)))]
            position += len(steps)
            text = f"coalesce({', '.join(steps)})"
            yield f"{text} as _tp_{number}"
            if name in in_sql:
                yield f"{text} as {name_literal(name)}"

    def _field(self, name: str) -> str:
        lists = [self._texts(name, value) for value in self.contract.columns[name]]
        return _all_of(lists) if name in SEVERAL else f"coalesce({', '.join(f'nullif({one}, [])' for one in lists)})"

    def _texts(self, name: str, value: Value) -> str:
        """The texts of one column as a list, without those that say nothing."""
        if isinstance(value, ConstantValue):
            return f"[{text_literal(value.value)}]"
        if isinstance(value, SqlValue):
            texts = f"[({value.sql}\n)::varchar]"
        elif value.split:
            texts = f"string_split(_tp_{self.names.index(value.column)}, {text_literal(value.split)})"
        else:
            texts = f"[_tp_{self.names.index(value.column)}]"
        text = "trim(text)"
        if name in NUMBERS and self.contract.reading.decimal == ",":
            text = "replace(replace(trim(text), '.', ''), ',', '.')"
        nothing = ", ".join(text_literal(word) for word in NO_VALUES if name != "country" or word != "na")
        return (
            f"list_transform(list_filter(coalesce({texts}, []), lambda text: lower(trim(text)) not in ({nothing})), "
            f"lambda text: {text})"
        )


def _all_of(lists: Sequence[str]) -> str:
    """Every text of all columns once, in their order."""
    joined = lists[0] if len(lists) == 1 else f"flatten([{', '.join(lists)}])"
    return f"nullif(list_filter({joined}, lambda text, place: list_position({joined}, text) = place), [])"


def _pointers(name: str) -> tuple[str, ...]:
    """Where a column is in a payload: under its name and, if that has a `/`, also along its steps."""
    own = "/" + name.replace("~", "~0").replace("/", "~1")
    return (own, "/" + name.replace("~", "~0")) if "/" in name else (own,)


def map_lists(connection: duckdb.DuckDBPyConnection, contracts: Sequence[ListContract]) -> None:
    """Make `raw.list_fields` hold what the mappings give for all stored payloads of the lists.

    Raises SourceError for an expression that fails on the rows.
    """
    with connection.cursor() as cursor, bounded_memory(cursor):
        for contract in contracts:
            cursor.execute("begin")
            try:
                _map(cursor, contract, Mapping(contract))
            except Exception:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")


def _map(cursor: duckdb.DuckDBPyConnection, contract: ListContract, mapping: Mapping) -> None:
    identity = [contract.source, mapping.version]
    if cursor.execute(
        "from raw.lists_mapped where source_name = ? and mapping_version = ? and digest = ?",
        [*identity, _digest(cursor, contract.source)],
    ).fetchall():
        return
    cursor.execute("delete from raw.list_fields where source_name = ? and mapping_version != ?", identity)
    # The places of the rows alone, so that memory and disk do not hold every payload twice.
    cursor.execute(
        "create or replace temp table unmapped as select min(landed.rowid) as place from raw.lists as landed "
        "where source_name = $1 and purged_at is null and not exists (from raw.list_fields as fields where "
        "fields.source_name = $1 and fields.source_record_id = landed.source_record_id "
        "and fields.payload_hash = landed.payload_hash) group by source_record_id, payload_hash",
        [contract.source],
    )
    with _mapped_rows(cursor, mapping) as files:
        for file in files:
            cursor.execute(
                "insert into raw.list_fields by name "
                "select ? as source_name, ? as mapping_version, * from read_parquet(?)",
                [*identity, str(file)],
            )
    cursor.execute("drop table unmapped")
    cursor.execute("delete from raw.lists_mapped where source_name = ?", [contract.source])
    cursor.execute("insert into raw.lists_mapped values (?, ?, ?)", [*identity, _digest(cursor, contract.source)])


def _digest(cursor: duckdb.DuckDBPyConnection, source: str) -> str:
    """It changes when rows of the list land or go, or when what they were mapped to goes."""
    ((digest,),) = cursor.execute(
        "select concat_ws(' ', count(*), sum(hash(source_record_id, payload_hash)::hugeint), "
        "(select count(*) from raw.list_fields where source_name = $1)) "
        "from raw.lists where source_name = $1 and purged_at is null",
        [source],
    ).fetchall()
    return str(digest)


@contextmanager
def _mapped_rows(cursor: duckdb.DuckDBPyConnection, mapping: Mapping) -> Iterator[list[Path]]:
    """A file of the mapped rows, for the block; none if there is no row.

    One insert of a file writes its rows to disk as it goes. A transaction of many inserts holds them in memory.
    """
    file = _directory(cursor) / "mapped.parquet"
    writer: pq.ParquetWriter | None = None
    try:
        with closed_connection() as closed:
            for first, last in _stretches(cursor):
                batch = (
                    "select source_record_id, payload_hash, payload from raw.lists as landed "
                    f"semi join unmapped on landed.rowid = unmapped.place where landed.rowid between {first} and {last}"
                )
                rows = map_rows(closed, mapping, cursor.sql(batch).to_arrow_table())
                writer = writer or pq.ParquetWriter(file, rows.schema)
                writer.write_table(rows)
        if writer:
            writer.close()
        yield [file] if writer else []
    finally:
        file.unlink(missing_ok=True)


def _directory(cursor: duckdb.DuckDBPyConnection) -> Path:
    """The directory of the warehouse. Only one command writes there."""
    ((path,),) = cursor.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    return Path(path).parent if path else Path(tempfile.gettempdir())


def _stretches(cursor: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """The first and the last place of every so many rows that are not mapped."""
    return cursor.execute(
        f"select min(place), max(place) from (select place, (row_number() over (order by place) - 1) // {BATCH_ROWS} "
        "as stretch from unmapped) group by stretch order by stretch"
    ).fetchall()


def map_rows(closed: duckdb.DuckDBPyConnection, mapping: Mapping, rows: pa.Table) -> pa.Table:
    """The fields of rows with `source_record_id`, `payload_hash` and `payload`. Raises SourceError."""
    closed.register("rows_given", rows)
    try:
        return closed.sql(mapping.select("rows_given")).to_arrow_table()
    except duckdb.Error as error:
        reason = " ".join(str(error).splitlines()[0].split())[:300]
        raise SourceError("malformed", f"sources/{mapping.contract.source}.yml: a mapping fails: {reason}") from None
    finally:
        closed.unregister("rows_given")
