"""Which claims of a page may be passed on: the same judgement as that of an export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from orchestrate.contracts.explain import Cell, Explanation
from orchestrate.contracts.export import LeftOutCells, UsedSource
from orchestrate.export.cells import Policy, judge, prepare
from orchestrate.export.columns import COLUMNS
from orchestrate.export.counts import Counts, attributions
from orchestrate.export.rows import stretches
from orchestrate.page.model import Place

FIELDS = tuple(sorted({column.field for column in COLUMNS if column.field}))
# A point is withheld as a pair, so the judgement of a winning cell is added to that of its claim.
WITHHELD = """
select claim_id from stated where withheld is not null
union
select claim_id from judged where withheld is not null and claim_id is not null
"""


@dataclass(frozen=True)
class Judgement:
    """What may be passed on of the chosen entities, and from which sources."""

    withheld: frozenset[str]
    sources: tuple[UsedSource, ...]
    left_out: tuple[LeftOutCells, ...]


def judge_chosen(connection: duckdb.DuckDBPyConnection, now: datetime) -> Judgement:
    """Judge the claims of the entities in the table `chosen`."""
    counts, withheld = Counts(), set[str]()
    prepare(connection)
    for _ in stretches(connection):
        judge(connection, Policy(FIELDS, now), counts)
        withheld.update(claim_id for (claim_id,) in connection.execute(WITHHELD).fetchall())
    return Judgement(frozenset(withheld), counts.used_sources(attributions(connection)), counts.left_out_cells())


def open_place(place: Place, withheld: frozenset[str]) -> Place:
    """The place without the claims that may not be passed on, and without what follows from them."""
    explanation = place.explanation
    cells = tuple(_open_cells(explanation, withheld))
    claims = [claim for cell in cells for claim in cell.claims]
    records = {claim.record_key for claim in claims}
    texts = {claim.extraction_id for claim in claims}
    entity = explanation.entity
    return Place(
        found=place.found.model_copy(
            update={
                "contested": sum(cell.contested_by is not None for cell in cells),
                "sources": tuple(sorted({claim.source_name for claim in claims})),
            }
        ),
        explanation=explanation.model_copy(
            update={
                "entity": entity.model_copy(update={"slug": entity.entity_id, "entity_name": entity.entity_id}),
                "cells": cells,
                "records": {key: record for key, record in explanation.records.items() if key in records},
                "texts": {key: text for key, text in explanation.texts.items() if key in texts},
            }
        ),
    )


def _open_cells(explanation: Explanation, withheld: frozenset[str]) -> Iterator[Cell]:
    for cell in explanation.cells:
        claims = tuple(claim for claim in cell.claims if claim.claim_id not in withheld)
        if not claims:
            continue
        # The value that came near, and the confidence, follow from claims that the page may not show.
        is_whole = len(claims) == len(cell.claims)
        yield cell if is_whole else cell.model_copy(update={"claims": claims, "contested_by": None, "confidence": None})
