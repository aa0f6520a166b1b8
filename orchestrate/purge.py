"""`trigpoint purge`: what its source lets nobody keep any longer leaves the warehouse and the published file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrate.errors import GateError
from orchestrate.rebuild import rebuild, warehouse_to_mend
from orchestrate.settings import SEEDS_DIR, Settings
from orchestrate.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from ingest.retention import Limit


async def purge(settings: Settings, as_of: datetime, on_wait: Callable[[str], object]) -> dict[str, Any]:
    """Delete what is past its time at `as_of` (UTC), build and publish anew, then count what is left of it.

    Raises GateError when a data test fails: then the raw data are deleted, but the published file, which may hold
    what was made of them, is the old one.
    """
    from ingest.retention import delete_overdue, limits, read_terms

    bounds = list(limits(read_terms(SEEDS_DIR / "source_terms.csv"), as_of))
    async with warehouse_to_mend(settings, "purge", on_wait) as warehouse:
        purged: Counter[tuple[str, str]] = Counter()
        with warehouse.connection.cursor() as transaction:
            transaction.execute("begin")
            for bound in bounds:
                for table, rows in delete_overdue(transaction, bound, as_of).items():
                    purged[bound.source, table] += rows
            transaction.execute("commit")
        entities = None
        if purged.total() or _left(warehouse, settings.published_path, bounds):  # or: an earlier purge came half way
            try:
                entities = await rebuild(warehouse, settings)
            except GateError as error:
                raise GateError(
                    f"The raw data were purged, but {error} The published file may hold what was made of them: "
                    f"mend the check and purge again, or delete {settings.published_path}."
                ) from None
            warehouse.rewrite()
        left = _left(warehouse, settings.published_path, bounds)
    return {
        "version": 1,
        "as_of": as_of,
        "purged": [
            {"source": source, "table": table, "rows": rows} for (source, table), rows in sorted(purged.items()) if rows
        ],
        "left": left,
        "entities_published": entities,
    }


def _left(warehouse: Warehouse, published: Path, bounds: Sequence[Limit]) -> int:
    """Rows of the warehouse, and claims of the published file, that hold what they may not: the proof is zero."""
    from ingest.retention import count_overdue

    left = sum(count_overdue(warehouse.connection, bound) for bound in bounds)
    if published.exists():
        with connect(published, read_only=True) as marts:
            left += sum(
                marts.execute(
                    "select count(*) from marts.entity_claims where source_name = ? and fetched_at <= ?",
                    [bound.source, bound.landed_before],
                ).fetchall()[0][0]
                for bound in bounds
                if bound.kept is not None
            )
    return left
