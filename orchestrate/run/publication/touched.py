"""Counts what a build touched: records, pairs, the entities that it ranked and why, and how many it left alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestrate.store.warehouse import sql_text

PAIRS = "intermediate.int_pairs_to_match"  # of two records, at least one is compared again

_RANKED = "(select entity_id from intermediate.int_entity_moments where ranked_because is not null)"
_ENTITIES = """
    select ranked_because, count(*) from intermediate.int_entity_moments
    where fingerprint is not null or ranked_because is not null -- others were gone in builds before
    group by ranked_because order by all
"""
# The records of the entities that the build left alone are those of the last publication.
_RECORDS = """
    select
        count(*) filter (where before.record_key is null) as new,
        count(*) filter (where now.payload_hash is distinct from before.payload_hash
            and before.record_key = now.record_key) as changed,
        count(*) filter (where now.record_key is null) as gone
    from $now as now full join $before as before on now.record_key = before.record_key
"""
_NO_RECORDS = "(select null::varchar as record_key, null::varchar as payload_hash limit 0)"


@dataclass(frozen=True)
class Touched:
    """What a build touched since the last publication. `entities` has the number for each reason to rank one."""

    records_new: int
    records_changed: int
    records_gone: int
    pairs_compared: int
    entities: dict[str, int]
    entities_left: int
    ranks_all_because: str | None

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def count_touched(connection: duckdb.DuckDBPyConnection, published: Path, *, is_of_change: bool = False) -> Touched:
    """Count after the models are built, and before they are published.

    `is_of_change` says that DuckDB ranked only what changed.
    """
    new, changed, gone = _records(connection, published, is_of_change)
    by_reason = dict(connection.execute(_ENTITIES).fetchall())
    ((pairs, reason),) = connection.execute(
        f"select (select count(*) from {PAIRS}), (select max(reason) from ops.build_scope)"  # noqa: S608 (our names)
    ).fetchall()
    left = by_reason.pop(None, 0)
    return Touched(new, changed, gone, pairs, by_reason, left, reason)


def _records(connection: duckdb.DuckDBPyConnection, published: Path, is_of_change: bool) -> tuple[int, int, int]:
    now = _records_ranked("marts.record_evidence", is_of_change)
    if not published.exists():
        return _counted(connection, now, _NO_RECORDS)
    connection.execute(f"attach {sql_text(str(published))} as published_before (read_only)")
    try:
        return _counted(connection, now, _records_ranked("published_before.marts.record_evidence", is_of_change))
    except duckdb.CatalogException:  # from a version without it
        return _counted(connection, now, _NO_RECORDS)
    finally:
        connection.execute("detach published_before")


def _records_ranked(table: str, is_of_change: bool) -> str:
    rows = f"{table} where entity_id in {_RANKED}"
    # First the numbers of the rows: otherwise each column is read for all records. A view has no such numbers.
    return f"(from {table} where rowid in (select rowid from {rows}))" if is_of_change else f"(from {rows})"  # noqa: S608


def _counted(connection: duckdb.DuckDBPyConnection, now: str, before: str) -> tuple[int, int, int]:
    ((new, changed, gone),) = connection.execute(_RECORDS.replace("$now", now).replace("$before", before)).fetchall()
    return new, changed, gone
