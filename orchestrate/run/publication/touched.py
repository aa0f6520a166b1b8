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
_RECORDS = f"""
    select
        count(*) filter (where before.record_key is null) as new,
        count(*) filter (where now.payload_hash is distinct from before.payload_hash
            and before.record_key = now.record_key) as changed,
        count(*) filter (where now.record_key is null) as gone
    from (from marts.record_evidence where entity_id in {_RANKED}) as now
    full join (from {{before}} where entity_id in {_RANKED}) as before on now.record_key = before.record_key
"""  # noqa: S608 (our names)
_NO_RECORDS = "(select null::varchar as record_key, null::varchar as payload_hash, null::varchar as entity_id limit 0)"


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


def count_touched(connection: duckdb.DuckDBPyConnection, published: Path) -> Touched:
    """Count after the models are built, and before they are published."""
    new, changed, gone = _records(connection, published)
    by_reason = dict(connection.execute(_ENTITIES).fetchall())
    ((pairs, reason),) = connection.execute(
        f"select (select count(*) from {PAIRS}), (select max(reason) from ops.build_scope)"  # noqa: S608 (our names)
    ).fetchall()
    left = by_reason.pop(None, 0)
    return Touched(new, changed, gone, pairs, by_reason, left, reason)


def _records(connection: duckdb.DuckDBPyConnection, published: Path) -> tuple[int, int, int]:
    if not published.exists():
        return _counted(connection, _NO_RECORDS)
    connection.execute(f"attach {sql_text(str(published))} as published_before (read_only)")
    try:
        return _counted(connection, "published_before.marts.record_evidence")
    except duckdb.CatalogException:  # from a version without it
        return _counted(connection, _NO_RECORDS)
    finally:
        connection.execute("detach published_before")


def _counted(connection: duckdb.DuckDBPyConnection, before: str) -> tuple[int, int, int]:
    ((new, changed, gone),) = connection.execute(_RECORDS.format(before=before)).fetchall()
    return new, changed, gone
