"""The sources: adding one is a file here and a line below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.calls import Ask, SourceRecord
from ingest.connectors import (
    edinburgh_council,
    google_places,
    open_charge_map,
    openstreetmap,
    serper,
    sport_scotland,
)
from ingest.http import Judge, SourceClient
from ingest.shapes import Shape


@dataclass(frozen=True)
class Connector:
    """How to read a source, how to tell its failures, what its records look like, where it answers by default."""

    read: Callable[[Ask, SourceClient], Iterator[SourceRecord]]
    judge: Judge
    shape: type[Shape]
    base_url: str


CONNECTORS = {
    module.__name__.rpartition(".")[2]: Connector(module.read, module.judge, module.Record, module.BASE_URL)
    for module in (
        serper,
        google_places,
        openstreetmap,
        sport_scotland,
        edinburgh_council,
        open_charge_map,
    )
}
