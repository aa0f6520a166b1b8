"""Counts what an export holds and what it leaves out, by source and licence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from orchestrate.contracts.export import LeftOutCells, Reason, UsedSource
from orchestrate.store.queries import query_rows

Used = tuple[str | None, str, str | None, str]  # share-alike licence, source, licence, class
LeftOut = tuple[str, str, str | None, Reason]  # source, field, licence, reason


@dataclass
class Counts:
    """What an export holds and what it leaves out, added up over the stretches."""

    used: Counter[Used] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    fillable: Counter[LeftOut] = field(default_factory=Counter)
    behind: set[tuple[str, str]] = field(default_factory=set)
    next_best: int = 0
    entities: int = 0
    delete_by: datetime | None = None

    @property
    def cells(self) -> int:
        return sum(self.used.values())

    @property
    def share_alike_licences(self) -> list[str]:
        return sorted({family for family, *_ in self.used if family is not None})

    def left_out_cells(self) -> tuple[LeftOutCells, ...]:
        """The most numerous first."""
        return tuple(
            LeftOutCells(
                source_name=source,
                field_name=name,
                licence=licence,
                reason=reason,
                cells=cells,
                next_best=self.fillable[source, name, licence, reason],
            )
            for (source, name, licence, reason), cells in sorted(
                self.left_out.items(), key=lambda item: (-item[1], *map(str, item[0]))
            )
        )

    def used_sources(self, attributions: dict[str, str | None]) -> tuple[UsedSource, ...]:
        totals: Counter[tuple[str, str | None, str]] = Counter()
        for (_, source, licence, licence_class), cells in self.used.items():
            totals[source, licence, licence_class] += cells
        return tuple(
            UsedSource(
                source_name=source,
                licence=licence,
                licence_class=licence_class,
                attribution=self._attribution(source, licence, attributions),
                cells=cells,
            )
            for (source, licence, licence_class), cells in sorted(
                totals.items(), key=lambda item: (-item[1], *map(str, item[0]))
            )
        )

    def _attribution(self, source: str, licence: str | None, attributions: dict[str, str | None]) -> str | None:
        """The attribution of a source. That of a derived value names the sources under its licences."""
        if source != "derived":
            return attributions.get(source)
        parts = (licence or "").split("; ")
        names = sorted({behind for text, behind in self.behind if text in parts})
        return "; ".join(text for name in names if (text := attributions.get(name))) or None


def attributions(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """The attribution of each source."""
    rows = query_rows(connection, "select source_name, attribution from published.marts.sources", [])
    return {row["source_name"]: row["attribution"] for row in rows}
