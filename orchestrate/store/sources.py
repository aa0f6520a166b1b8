"""The list of sources: one for each row of the seed `sources`, in the order of asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrate.seeds.files import read_seed


@dataclass(frozen=True)
class Source:
    """A source: its properties, when the planner asks it, and the price of a request."""

    name: str
    is_structured: bool  # if false, its texts go through extraction
    key_setting: str | None  # None if it needs no key
    usd_per_request: float
    fresh_hours: float  # 0: an answer is never reused
    seconds_between_requests: float
    asked_about: str | None  # a subject; None means any
    follows_links: bool  # asked for the links of search results, and not for the query
    needs_target: bool  # needs one of the source's own filters for the query's category
    is_name_enough: bool  # a name can replace that filter
    chosen_because: str
    skipped_because: str

    @property
    def is_asked(self) -> bool:
        """Whether queries go to the source. A person's corrections are a source that is never asked."""
        return bool(self.chosen_because)


def read_sources(seeds_dir: Path) -> tuple[Source, ...]:
    """Every source that is asked. Raises SeedError for an unreadable file."""
    return asked_sources(read_seed(seeds_dir / "sources.csv"))


def asked_sources(rows: Iterable[Mapping[str, str]]) -> tuple[Source, ...]:
    return tuple(source for row in rows if (source := _source(row)).is_asked)


def _source(row: Mapping[str, str]) -> Source:
    return Source(
        name=row["source_name"],
        is_structured=row["is_structured"] == "true",
        key_setting=row["key_setting"] or None,
        usd_per_request=float(row["usd_per_request"] or 0),
        fresh_hours=float(row["fresh_hours"] or 0),
        seconds_between_requests=float(row["seconds_between_requests"] or 0),
        asked_about=row["asked_about"] or None,
        follows_links=row["needs"] == "links",
        needs_target="target" in row["needs"],
        is_name_enough="name" in row["needs"],
        chosen_because=row["chosen_because"],
        skipped_because=row["skipped_because"],
    )
