"""The rows of a list as records that can land: id, payload and hash, made a batch at a time by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import SourceError
from ingest.landing.tables import RECORDS
from ingest.lists.declaration.contract import MADE, ListContract
from ingest.lists.expressions import closed_connection
from ingest.lists.mapping import Mapping as FieldMapping
from ingest.lists.mapping import map_rows, text_literal
from ingest.lists.readers import Batch, OpenList, RowFault

# ruff: noqa: S608 (names of columns are quoted as texts; the rest is ours)

GONE = pa.schema([("source_record_id", pa.string())])
LISTED = pa.schema([RECORDS.field(0), ("source_name", pa.string()), *[RECORDS.field(n) for n in range(1, 7)]])
# What no file and no terminal shows: the same characters as in the ids of every source.
UNPRINTABLE = r"[\x00-\x1f\x7f-\x{9f}]"
MADE_FROM = ("entity_name", "address", "street_address", "street", "house_number", "postcode", "city")
MADE_FROM_POINT = ("latitude", "longitude", "easting", "northing", "geometry")


@dataclass
class ListRows:
    """`tables` is for dlt. `rejects`, `gone` and the counts are complete once dlt has read the last table."""

    contract: ListContract
    opened: OpenList
    run_id: str
    now: datetime
    request_ids: Mapping[str, str]  # by the name of the file
    held: pa.RecordBatchReader  # `source_record_id` of each record so far, with the hash of a row that may stay
    rejects: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)  # rows of each file
    landed: int = 0  # with the rows that are the same as before
    gone: pa.Table = field(default_factory=GONE.empty_table)  # records that the list has no more
    repeated: int = 0  # the same row again
    error: SourceError | None = None

    @property
    def fetched(self) -> int:
        return sum(self.records.values())

    def tables(self) -> Iterator[pa.Table]:
        """Arrow tables of raw.lists. Raises SourceError for a list that cannot be read to its end."""
        try:
            with closed_connection() as closed:
                # 32 bytes a row, whatever the ids are.
                closed.execute("create table seen (id uhugeint, hash uhugeint)")
                closed.register("held_before", self.held)
                closed.execute(
                    "create table held as select source_record_id, md5_number(source_record_id) as id, "
                    "md5_number(payload_hash) as hash from held_before"
                )
                closed.unregister("held_before")
                for batch in self.opened.batches():
                    for fault in batch.faults:
                        self._reject_row(batch.file, fault)
                    self.records[batch.file] = self.records.get(batch.file, 0) + batch.rows.num_rows + len(batch.faults)
                    if batch.rows.num_rows:
                        yield self._table(closed, batch)
                self.gone = closed.sql("select source_record_id from held anti join seen using (id)").to_arrow_table()
        except SourceError as error:
            self.error = error  # dlt wraps it
            raise

    def _table(self, closed: duckdb.DuckDBPyConnection, batch: Batch) -> pa.Table:
        closed.register("given", _numbered(batch))
        closed.execute(f"create or replace temp table rows_read as {self._select(closed)}")
        closed.unregister("given")
        rejected = closed.execute(
            "select id, reason, payload from rows_read where reason is not null order by position"
        ).fetchall()
        request_id = self.request_ids[batch.file]
        self.rejects += [self._reject(request_id, *row) for row in rejected]
        self.repeated += closed.execute("select count(*) from rows_read where is_repeated").fetchall()[0][0]
        closed.execute(
            "insert into seen select md5_number(id), md5_number(hash) from rows_read "
            "where reason is null and not is_repeated"
        )
        accepted = "from rows_read where reason is null and not is_repeated"
        self.landed += closed.execute(f"select count(*) {accepted}").fetchall()[0][0]
        table = closed.sql(
            f"select id, payload, hash, position {accepted} and not is_same order by position"
        ).to_arrow_table()
        return self._listed(table, request_id)

    def _select(self, closed: duckdb.DuckDBPyConnection) -> str:
        """The rows with their id, payload and hash, and why one cannot land."""
        columns = self.opened.columns
        names = {name: f"c{number}" for number, name in enumerate(columns)}
        payload = _json_object(columns, names, self.opened.json_columns)
        in_order = _json_object(sorted(columns), names, self.opened.json_columns)
        content = f"select position, {payload} as payload, {in_order} as in_order, {self._id(names)} as id from given"
        if self.contract.id == MADE:
            content = self._with_made_ids(closed, content)
        hashed = f"select position, payload, sha256(in_order) as hash, id from ({content})"
        return (
            "select position, payload, hash, id, "
            f"case when id is null or id = '' or regexp_matches(id, '{UNPRINTABLE}') then 'no usable id' "
            "when first_hash != md5_number(hash) then 'the id ' || id || ' is given twice, with another content' end "
            "as reason, "
            "reason is null and (nth > 1 or before is not null) as is_repeated, is_same "
            "from (select read.*, seen.hash as before, coalesce(held.hash = md5_number(read.hash), false) as is_same, "
            "coalesce(seen.hash, md5_number(first_value(read.hash) over same)) as first_hash, "
            "row_number() over same as nth "
            f"from ({hashed}) as read left join seen on md5_number(read.id) = seen.id "
            "left join held on md5_number(read.id) = held.id "
            "window same as (partition by read.id order by position))"
        )

    def _id(self, names: Mapping[str, str]) -> str:
        if self.contract.id == MADE:
            return "null::varchar"
        parts = [f"trim({names[name]})" for name in self.contract.id]
        return parts[0] if len(parts) == 1 else " || '/' || ".join(parts)

    def _with_made_ids(self, closed: duckdb.DuckDBPyConnection, content: str) -> str:
        """An id from the mapped name, address and point, or from every field where the row has none of these."""
        rows = closed.sql(
            f"select position::varchar as source_record_id, null::varchar as payload_hash, payload from ({content})"
        ).to_arrow_table()
        fields = map_rows(closed, FieldMapping(self.contract), rows)
        used = [name for name in (*MADE_FROM, *MADE_FROM_POINT) if name in fields.column_names]
        closed.register("fields_given", fields)
        closed.execute(
            "create or replace temp table made as select source_record_id::bigint as position, "
            f"'made_' || substr(sha256(to_json([{', '.join(used)}])), 1, 20) as id from fields_given"
        )
        closed.unregister("fields_given")
        return f"select content.* replace (made.id as id) from ({content}) as content inner join made using (position)"

    def _listed(self, table: pa.Table, request_id: str) -> pa.Table:
        def constant(value: Any, kind: pa.DataType) -> pa.Array:
            return pa.repeat(pa.scalar(value, kind), table.num_rows)

        given = {
            "run_id": constant(self.run_id, pa.string()),
            "source_name": constant(self.contract.source, pa.string()),
            "source_record_id": table["id"],
            "payload": table["payload"],
            "payload_hash": table["hash"],
            "request_id": constant(request_id, pa.string()),
            "fetched_at": constant(self.now, pa.timestamp("us")),
            "result_rank": table["position"],
        }
        return pa.table([given[name] for name in LISTED.names], names=LISTED.names).cast(LISTED)

    def _reject_row(self, file: str, fault: RowFault) -> None:
        self.rejects.append(
            self._reject(self.request_ids[file], None, f"row {fault.number}: {fault.reason}", fault.text)
        )

    def _reject(self, request_id: str, record_id: str | None, reason: str, payload: str | None) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "source": self.contract.source,
            "request_id": request_id,
            "source_record_id": None if reason == "no usable id" else record_id,
            "reason": reason,
            "payload": payload,
            "rejected_at": self.now,
        }


def _numbered(batch: Batch) -> pa.Table:
    """The columns by number, because names may differ in case only."""
    rows = pa.Table.from_batches([batch.rows])
    return rows.rename_columns([f"c{number}" for number in range(rows.num_columns)]).append_column(
        "position", batch.numbers
    )


def _json_object(columns: Sequence[str], names: Mapping[str, str], json_columns: frozenset[str]) -> str:
    parts = []
    for column in columns:
        text = names[column]
        value = f"coalesce(try_cast({text} as json), to_json({text}))" if column in json_columns else text
        parts.append(f"{text_literal(column)}, {value}")
    return f"json_object({', '.join(parts)})::varchar"
