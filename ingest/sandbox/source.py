"""What the sandbox must know of a source: its records in the world, and how it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from starlette.routing import Route

from ingest.sandbox.view import Faults, View

WORLD = Path(__file__).parent / "world"
TruthRow = tuple[str, str, str, str, str, str]


@dataclass
class Holding:
    """The records that one source holds, and the truth about them, in the order in which they are added."""

    source: str
    truth: list[TruthRow]
    records: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        record_id: str,
        record: dict[str, Any],
        view: View,
        *,
        role: str = "member",
        note: str | None = None,
        **served: Any,
    ) -> None:
        """Add a record about a place. `served` is what the server needs beside the record: its layer, say."""
        self.records.append({"id": record_id, **served, "record": record})
        place = view.place
        self.truth.append(
            (self.source, record_id, place.place_id, place.name, role, view.note if note is None else note)
        )

    def add_unrelated(self, record_id: str, record: dict[str, Any], note: str) -> None:
        """Add a record that is about no place of the world."""
        self.records.append({"id": record_id, "record": record})
        self.truth.append((self.source, record_id, "", "", "not_a_place", note))


def _nothing(_: Holding) -> None: ...


def _nothing_about(_: Holding, __: View) -> None: ...


@dataclass(frozen=True)
class SandboxSource:
    """A source of the sandbox. Its module is called as the source is, and holds one of these as `SOURCE`."""

    routes: Sequence[Route]  # paths begin with the source's name
    letter: str = ""  # in the column `sources` of places.csv; also part of the seed of random choices. Blank: no place
    add_records: Callable[[Holding, View], None] = _nothing_about  # what the source holds about one place
    faults: Faults = field(default_factory=Faults)
    add_unrelated_records: Callable[[Holding], None] = _nothing


@cache
def records(source: str) -> list[dict[str, Any]]:
    """Every record that the source serves, as `build_world` wrote it."""
    loaded: list[dict[str, Any]] = json.loads((WORLD / f"{source}.json").read_text(encoding="utf-8"))
    return loaded


def is_key_accepted(key: str | None) -> bool:
    """Any key will do, except a missing one and `invalid`."""
    return bool(key) and key != "invalid"
