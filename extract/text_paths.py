"""Reads the text of a payload at the paths that the seed `text_paths` gives for its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.schema import TextRecord
from extract.values.seed_rows import read_rows
from extract.values.value_paths import steps, walk

# Characters. The reading time grows with the square of the length, so a longer text is read in pieces.
LONGEST_TITLE, LONGEST_PIECE, MOST_PIECES = 500, 4000, 5
FOOTER = "\f"  # behind it: the lines of a page's footer
Steps = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TextPaths:
    """A row of the seed. A blank path finds nothing."""

    source: str
    title: Steps
    snippet: Steps
    labels: Steps  # an object: its entries are read as "label: value."
    url: Steps
    structured_keys: str | None  # records with such a key are not texts: staging reads them

    @classmethod
    def of(cls, row: Mapping[str, str]) -> TextPaths:
        paths = {name: steps(row[name]) for name in ("title", "snippet", "labels", "url")}
        return cls(row["source_name"], **paths, structured_keys=row["structured_keys"] or None)

    def read(self, record_id: str, payload_hash: str, payload: dict[str, Any]) -> TextRecord:
        labels = next((found for found in _found(payload, self.labels) if isinstance(found, dict)), {})
        sentences = [_first(payload, self.snippet), *(f"{label}: {value}." for label, value in labels.items())]
        return TextRecord(
            self.source,
            record_id,
            payload_hash,
            title=_first(payload, self.title)[:LONGEST_TITLE],
            snippet=_shortened(" ".join(sentences).strip()),
            url=_first(payload, self.url),
        )


def _shortened(text: str) -> str:
    """The text that is read, and the footer of it."""
    main, mark, footer = text.partition(FOOTER)
    return f"{main[: LONGEST_PIECE * MOST_PIECES]}{mark}{footer[:LONGEST_PIECE]}"


def read_text_paths(seed: Path) -> dict[str, TextPaths]:
    """By source."""
    return {row["source_name"]: TextPaths.of(row) for row in read_rows(seed)}


def _first(payload: dict[str, Any], path: Steps) -> str:
    return next((str(found) for found in _found(payload, path) if found), "")


def _found(payload: dict[str, Any], path: Steps) -> Iterable[Any]:
    return (written.content for written in walk(payload, path, "")) if path else ()
