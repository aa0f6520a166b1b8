"""Which fields of a payload Python reads a value from: the seeds `value_paths` and `text_paths` say it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# The fields of a reading, by the reader in `value_paths` that gives them.
READERS = {
    "phone": ("phone",),
    "email": ("email",),
    "web": ("website_url", "instagram_url", "facebook_url", "twitter_url", "linkedin_url"),
    "postcode": ("postcode",),
    "address": ("street_address", "locality", "city", "postcode"),
    "country": ("country",),
    "point": ("latitude", "longitude", "location_flag", "is_elsewhere", "country"),
    "opening_hours": ("opening_hours", "operating_status"),
    "hours_in_words": ("opening_hours", "operating_status"),
    "hours": ("opening_hours", "operating_status"),
    "text": ("entity_name", "summary", "description"),
}
TEXT_PARTS = ("title", "snippet", "labels", "url", "structured_keys")
Field = tuple[str, tuple[str, ...]]  # the table of a source and a path into its payload


@dataclass(frozen=True)
class SourceFields:
    readings: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]  # by source and field
    texts: Mapping[str, tuple[tuple[str, ...], ...]]  # by source

    @classmethod
    def read(cls, seeds_dir: Path) -> SourceFields:
        readings: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for row in _rows(seeds_dir / "value_paths.csv"):
            for field in READERS.get(row["reader"], (row["reader"],)):
                readings.setdefault((row["source_name"], field), set()).add(_path(row["path"]))
        texts = {
            row["source_name"]: tuple(sorted({_path(p) for part in TEXT_PARTS[:4] for p in row[part].split("|") if p}))
            for row in _rows(seeds_dir / "text_paths.csv")
        }
        return cls({key: tuple(sorted(paths)) for key, paths in readings.items()}, texts)

    def read_for(self, table: str, column: str, rows: Mapping[str, str]) -> Iterator[Field]:
        """The fields behind a column of a table that Python writes."""
        if table == "extract.readings" and column in ("value", "others", "written"):
            for (source, field), paths in self.readings.items():
                if rows.get("source_name", source) == source and rows.get("field_name", field) == field:
                    yield from ((f"raw.{source}", path) for path in paths)
        if table in ("extract.claims", "extract.extractions") and column in ("value", "quote", "text", "url"):
            for source, paths in self.texts.items():
                yield from ((f"raw.{source}", path) for path in paths)


def _path(written: str) -> tuple[str, ...]:
    return tuple(name for name in written.split("/") if name)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
