"""Pages of runs that are made up, without a warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from orchestrate.contracts.explain import Cell, Claim, CloseCall, EntityName, EvidenceRecord, EvidenceText, Explanation
from orchestrate.contracts.export import LeftOutCells, UsedSource
from orchestrate.contracts.run import FoundEntity, SourceCalls, Stage
from orchestrate.page.model import Area, Place, Published, RunFacts, RunPage, Since

THEN = datetime(2026, 3, 1, 12, 0)
AREA = Area("Leith", 55.96, -3.19, 55.99, -3.15)
TEXT = "Call the club on 0131 496 0100, or come by."


def claim(field: str, value: str, source: str = "city", **changed: Any) -> Claim:
    """A winning claim; `changed` overrides any of its columns."""
    held: dict[str, Any] = dict.fromkeys(Claim.model_fields)
    held |= {
        "claim_id": f"{field}-{source}-{value[:20]}",
        "entity_id": "tp_1",
        "field_name": field,
        "value": value,
        "claim_rank": 1,
        "is_winner": True,
        "is_eligible": True,
        "strategy": "trust",
        "source_name": source,
        "source_record_id": "1",
        "verification": "verified",
        "trust": 70.0,
        "decayed_trust": 70.0,
        "independent_sources": 1,
        "fetched_at": THEN,
        "licence": "OGL v3",
        "licence_class": "attribution",
        "fits_osm": False,
        "record_key": f"{source}:1",
    }
    return Claim(**{**held, **changed})


def loser(field: str, value: str, source: str = "web", because: str = "trust", **changed: Any) -> Claim:
    return claim(field, value, source, is_winner=False, lost_because=because, claim_rank=2, margin=30.0, **changed)


def place(entity_id: str = "tp_1", name: str = "Leith Club", *claims: Claim, **values: str) -> Place:
    """A place with a cell for each value and each group of claims. `phone` is contested if it has a loser."""
    fields = {"entity_name": name, "latitude": "55.975", "longitude": "-3.17", "entity_class": "place", **values}
    own = [claim(field, value) for field, value in fields.items()]
    cells: dict[str, list[Claim]] = {}
    for one in (*claims, *(one for one in own if one.field_name not in {c.field_name for c in claims})):
        cells.setdefault(one.field_name, []).append(one.model_copy(update={"entity_id": entity_id}))
    named = EntityName(entity_id=entity_id, slug=f"slug-{entity_id}", entity_name=name, entity_class="place")
    explanation = Explanation(
        entity=named,
        redirected_from=None,
        field_name=None,
        cells=tuple(_cell(field, group) for field, group in cells.items()),
        records=_records(one for group in cells.values() for one in group),
        texts={"e1": _text()},
    )
    return Place(_found(named, cells), explanation)


def _cell(field: str, claims: list[Claim]) -> Cell:
    other = next((one for one in claims if not one.is_winner and one.lost_because != "duplicate"), None)
    close = other and CloseCall(
        losing_value=other.value,
        losing_source=other.source_name,
        lost_because=other.lost_because or "",
        margin=other.margin or 0,
    )
    return Cell(field_name=field, strategy="trust", confidence=0.9, contested_by=close, claims=tuple(claims))


def _records(claims: Iterable[Claim]) -> dict[str, EvidenceRecord]:
    """Each record with the values that its claims state."""
    payloads: dict[str, dict[str, str]] = {}
    for one in claims:
        payloads.setdefault(one.record_key or "", {"note": "as the source sent it"})[one.field_name] = one.value
    return {
        key: EvidenceRecord(record_key=key, run_id="r2", payload=payload, payload_hash="h", fetched_at=THEN, call=None)
        for key, payload in payloads.items()
    }


def _text() -> EvidenceText:
    return EvidenceText(
        extraction_id="e1",
        text=TEXT,
        url="https://club.example/contact",
        extractor="rules",
        extractor_version="7",
        model=None,
        prompt_version=None,
        extracted_at=THEN,
    )


def _found(named: EntityName, cells: dict[str, list[Claim]]) -> FoundEntity:
    held: dict[str, Any] = dict.fromkeys(FoundEntity.model_fields)
    return FoundEntity(
        **{
            **held,
            **named.model_dump(),
            "completeness": 0.5,
            "contested": 0,
            "sources": tuple(sorted({one.source_name for group in cells.values() for one in group})),
        }
    )


RUN = RunFacts(
    run_id="r2",
    query="clubs leith",
    mode="sandbox",
    status="completed",
    error=None,
    started_at=THEN,
    ended_at=THEN,
    cost_usd=0.036,
    seconds=12.5,
    dbt_seconds=3.0,
    area=AREA,
    stages=(
        Stage(name="plan", rows_in=6, rows_out=5, losses={"skipped": 1}, seconds=0, cost_usd=0, errors=()),
        Stage(name="ingest", rows_in=10, rows_out=9, losses={"rejected": 1}, seconds=1.5, cost_usd=0.036, errors=()),
    ),
    sources=(
        SourceCalls(
            source="city", requests=1, attempts=1, records=10, cost_usd=0.036, error_kind=None, error_text=None
        ),
    ),
    reused=(),
    not_asked=(("web", "only asked about padel"),),
    paid_usd=0.0,
)


def run_of(*places: Place, **changed: Any) -> RunPage:
    """The page of a run with these answers."""
    contents = RunPage(
        run=RUN,
        licence="all",
        published=Published("data/trigpoint.duckdb", 2, THEN, 7, "r1"),
        places=places,
        answers=len(places),
        withheld=frozenset(),
        sources=(
            UsedSource(
                source_name="city", licence="OGL v3", licence_class="attribution", attribution="© The City", cells=5
            ),
        ),
        left_out=(),
        since=None,
        names_around=(("Newhaven", 55.98, -3.185),),
        delete_by=None,
    )
    return replace(contents, **changed)


def failed(error: str) -> RunPage:
    run = replace(RUN, status="failed", error=error)
    return run_of(run=run, sources=())


def left_out(cells: int = 1) -> LeftOutCells:
    return LeftOutCells(
        source_name="web", field_name="phone", licence="none", reason="restricted", cells=cells, next_best=0
    )


def since(*changes: Any, **moved: Any) -> Since:
    return Since("r1", THEN, moved.get("entered", ()), moved.get("left", ()), changes)
