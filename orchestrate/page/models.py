"""What the page of the models shows, as data."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("sources", "staging", "records", "matching", "survivorship", "marts")


@dataclass(frozen=True)
class Model:
    """A model, or a table that Python writes. `level` is its place among the models of its own column."""

    name: str  # schema and name in the database, as in the lineage of columns
    column: str
    description: str
    reads: tuple[str, ...]  # models and tables
    seeds: tuple[str, ...]
    level: int
    dbt_page: str  # the part of dbt's page that describes it

    @property
    def short(self) -> str:
        return self.name.partition(".")[2]
