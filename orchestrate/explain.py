"""Why a golden cell holds what it holds: every claim about it, ranked, with the reason each loser lost."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.report import query_rows
from orchestrate.warehouse import connect

EXPLAIN_VERSION = 1
SUGGESTIONS = 8


def explain(published: Path, entity: str, field: str | None) -> dict[str, Any]:
    """Every claim of an entity, or of one of its fields, from the published file.

    `entity` is an id (a retired one too), a slug or a name. Raises UsageError when nothing is published yet,
    when no entity or more than one fits, or when the entity has no claim about `field`.
    """
    if not published.exists():
        raise UsageError('Nothing is published yet. Run: make run QUERY="powerleague portobello"')
    with connect(published, read_only=True) as marts:
        found, redirected_from = _find_entity(marts, entity)
        cells = _cells(marts, found["entity_id"], field)
    return {"version": EXPLAIN_VERSION, "entity": found, "redirected_from": redirected_from, "cells": cells}


def _find_entity(marts: duckdb.DuckDBPyConnection, wanted: str) -> tuple[dict[str, Any], str | None]:
    columns = "select entity_id, slug, entity_name, entity_class from marts.entities"
    redirects = query_rows(marts, "select entity_id from marts.entity_redirects where old_entity_id = ?", [wanted])
    if redirects:
        return query_rows(marts, f"{columns} where entity_id = ?", [redirects[0]["entity_id"]])[0], wanted
    exact = query_rows(
        marts, f"{columns} where entity_id = $1 or slug = $1 or lower(entity_name) = lower($1)", [wanted]
    )
    near = exact or query_rows(
        marts,
        f"{columns} {_HOLDS_EVERY_WORD} order by entity_name, entity_id",
        [wanted.lower().split()],
    )
    if len(near) == 1:
        return near[0], None
    if not near:
        raise UsageError(f'No published entity has the id, slug or name "{wanted}".')
    names = ", ".join(e["slug"] for e in near[:SUGGESTIONS]) + (", ..." if len(near) > SUGGESTIONS else "")
    raise UsageError(f'{len(near)} entities fit "{wanted}": {names}. Give one of these slugs.')


# In one of the names that its records give it: "powerleague portobello" finds "Powerleague (Portobello)".
_HOLDS_EVERY_WORD = """
    where entity_id in (
        select entity_id from marts.entity_records
        where list_bool_and(list_transform($1::varchar[], lambda word: contains(lower(entity_name), word)))
    )
"""


def _cells(marts: duckdb.DuckDBPyConnection, entity_id: str, field: str | None) -> list[dict[str, Any]]:
    claims = query_rows(
        marts,
        """
        select * from marts.entity_claims
        where entity_id = $1 and ($2 is null or field_name = $2)
        order by field_name, claim_rank, claim_id
        """,
        [entity_id, field],
    )
    if field and not claims:
        known = query_rows(
            marts,
            "select distinct field_name from marts.entity_claims where entity_id = ? order by field_name",
            [entity_id],
        )
        names = ", ".join(row["field_name"] for row in known)
        raise UsageError(f'No source says anything about "{field}" here. There are claims about: {names}.')
    return [
        {"field_name": name, "strategy": group[0]["strategy"], "claims": group}
        for name, group in ((n, list(g)) for n, g in groupby(claims, key=lambda c: c["field_name"]))
    ]
