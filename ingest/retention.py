"""Deletes from `raw` what is past its source's retention limit, and leaves what may stay: a place's id, say."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

# ruff: noqa: S608 (a seed of ours names the tables and fields; values from outside are parameters)

EVERYTHING_ELSE = "*"


@dataclass(frozen=True)
class Terms:
    """How long one group of a source's fields may be kept: a row of the seed `source_terms`."""

    source: str
    fields: tuple[str, ...]  # of the payload; EVERYTHING_ELSE: all that no other group of the source names
    days: int | None  # since landing; None: no limit


@dataclass(frozen=True)
class Limit:
    """Which part of a source's payloads may stay if they landed at `landed_before` or earlier."""

    source: str
    landed_before: datetime
    kept: tuple[str, ...] | None  # these fields of the payload and no others; None: all but `dropped`
    dropped: tuple[str, ...]
    is_list: bool = False  # declared in `sources/*.yml`: the rows of all lists are in one table

    @property
    def table(self) -> str:
        return "raw.lists" if self.is_list else f"raw.{self.source}"

    @property
    def is_own(self) -> str:
        """SQL for a row of this source in its table."""
        return f"source_name = '{self.source}'" if self.is_list else "true"

    @property
    def payload(self) -> str:
        """SQL for the part of a payload that stays."""
        if self.kept is None:
            patch = ", ".join(f"'{name}', null" for name in self.dropped)
            return f"json_merge_patch(payload, json_object({patch}))::varchar"
        pairs = ", ".join(f"'{name}', json_extract(payload, '$.\"{name}\"')" for name in self.kept)
        return f"json_merge_patch('{{}}', json_object({pairs}))::varchar"

    @property
    def is_overdue(self) -> str:
        """SQL for a row of raw.<source> with a field past its limit; one parameter, `landed_before`."""
        fields = "', '".join(self.dropped if self.kept is None else self.kept)
        if self.kept is None:
            return f"fetched_at <= ? and list_has_any(json_keys(payload), ['{fields}'])"
        return f"fetched_at <= ? and len(list_filter(json_keys(payload), lambda k: k not in ('{fields}'))) > 0"


def read_terms(seed: Path) -> list[Terms]:
    with seed.open(newline="", encoding="utf-8-sig") as file:
        return [
            Terms(row["source_name"], tuple(row["payload_fields"].split()), int(row["retention_days"] or 0) or None)
            for row in csv.DictReader(file)
        ]


def limits(terms: Sequence[Terms], as_of: datetime) -> Iterator[Limit]:
    """One for each source and each age at which some of its fields expire, the lowest age first."""
    for source in dict.fromkeys(group.source for group in terms):
        groups = [group for group in terms if group.source == source]
        for days in sorted({group.days for group in groups if group.days}):
            expired = [group for group in groups if group.days and group.days <= days]
            dropped = tuple(name for group in expired for name in group.fields)
            kept = tuple(name for group in groups if group not in expired for name in group.fields)
            yield Limit(
                source=source,
                landed_before=as_of - timedelta(days=days),
                kept=kept if EVERYTHING_ELSE in dropped else None,
                dropped=tuple(name for name in dropped if name != EVERYTHING_ELSE),
            )


def limits_of_lists(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[Limit]:
    """One for each declared list with a limit. Nothing of its payloads may stay."""
    lists = connection.execute(
        "select source_name, retention_days from ops.lists where retention_days is not null order by source_name"
    )
    return [Limit(name, as_of - timedelta(days=days), (), (EVERYTHING_ELSE,), True) for name, days in lists.fetchall()]


def delete_overdue(connection: duckdb.DuckDBPyConnection, limit: Limit, as_of: datetime) -> dict[str, int]:
    """Delete what is past the limit; table -> rows that changed."""
    before = [limit.landed_before]
    changed = {
        # Readings of a payload go with it; the next build reads again the part that stays.
        "extract.readings": _count(
            connection,
            "delete from extract.readings where source_name = ? and (source_record_id, payload_hash) in "
            f"(select (source_record_id, payload_hash) from {limit.table} where {limit.is_own} and {limit.is_overdue})",
            [limit.source, *before],
        ),
        limit.table: _count(
            connection,
            f"update {limit.table} set payload = {limit.payload}, "
            f"purged_at = {'purged_at' if limit.kept is None else '?'} where {limit.is_own} and {limit.is_overdue}",
            [*([] if limit.kept is None else [as_of]), *before],
        ),
    }
    return changed if limit.kept is None else changed | _delete_with_the_content(connection, limit)


def _delete_with_the_content(connection: duckdb.DuckDBPyConnection, limit: Limit) -> dict[str, int]:
    """Without the content, no reject can be replayed, no answer used again and no reading kept."""
    fields = (
        "delete from raw.list_fields as fields where source_name = ? and not exists (from raw.lists as landed where "
        "landed.source_name = fields.source_name and landed.source_record_id = fields.source_record_id "
        "and landed.payload_hash = fields.payload_hash and (landed.purged_at is null or landed.fetched_at > ?))"
    )
    readings = "select extraction_id from extract.extractions where source_name = ? and extracted_at <= ?"
    statements = {
        "raw.rejects": "update raw.rejects set payload = null "
        "where source = ? and rejected_at <= ? and payload is not null",
        "raw.answers": "delete from raw.answers where source = ? and answered_at <= ?",
        "extract.claims": f"delete from extract.claims where extraction_id in ({readings})",
        "extract.model_answers": "delete from extract.model_answers where source_name = ? and answered_at <= ?",
        "extract.extractions": "delete from extract.extractions where source_name = ? and extracted_at <= ?",
    }
    if limit.is_list:
        statements["raw.list_fields"] = fields
    of_source = [limit.source, limit.landed_before]
    return {table: _count(connection, statement, of_source) for table, statement in statements.items()}


def overdue_fields(connection: duckdb.DuckDBPyConnection, limit: Limit) -> dict[str, int]:
    """Field of the payload -> rows of raw.<source> that would lose it."""
    goes = "list_contains(?, field)" if limit.kept is None else "not list_contains(?, field)"
    fields = connection.execute(
        f"""
        with overdue as (
            select unnest(json_keys(payload)) as field from {limit.table} where {limit.is_own} and {limit.is_overdue}
        )

        select field, count(*) from overdue where {goes} group by field order by field
        """,
        [limit.landed_before, list(limit.dropped if limit.kept is None else limit.kept)],
    )
    return dict(fields.fetchall())


def _count(connection: duckdb.DuckDBPyConnection, statement: str, parameters: list[object]) -> int:
    return int(connection.execute(statement, parameters).fetchall()[0][0])


def count_overdue(connection: duckdb.DuckDBPyConnection, limit: Limit) -> int:
    """Rows of `raw` with a field past its limit: none, after the purge."""
    return _count(
        connection,
        f"select count(*) from {limit.table} where {limit.is_own} and {limit.is_overdue}",
        [limit.landed_before],
    )
