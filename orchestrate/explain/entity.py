"""Explains a golden cell: every claim in its rank, why each losing claim lost, and the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.explain import Cell, Claim, EntityName, EvidenceRecord, EvidenceText, Explanation
from orchestrate.errors import UsageError
from orchestrate.explain.entity_lookup import find_entity
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

# ruff: noqa: S608 (what is put into a statement is ours; ids and fields are parameters)

EVIDENCE = ["record_evidence", "text_evidence"]
# The marts are sorted by entity: the two limits let DuckDB leave out the stretches between that hold none of them.
OF_ENTITIES = "entity_id between $first and $last and list_contains($ids::varchar[], entity_id)"
CLAIM_COLUMNS = ", ".join(name for name in Claim.model_fields if name != "record_key")


def explain(published: Path, entity: str, field: str | None) -> Explanation:
    """Read every claim of an entity, or of one of its fields, with its evidence, from the published file.

    `entity` is an id (it may be retired), a slug or a name. Raises UsageError if nothing is published yet, if the file
    comes from a version with other tables or columns, if no entity or more than one matches, or if the entity has no
    claim about `field`.
    """
    check_was_built(published)
    with connect(published, read_only=True) as marts:
        _check_has_evidence(marts, published)
        try:
            return _explain(marts, entity, field)
        except (duckdb.BinderException, duckdb.CatalogException):
            raise UsageError(
                f"{published} comes from another version, with other columns. Publish again: trigpoint build"
            ) from None


def _explain(marts: duckdb.DuckDBPyConnection, entity: str, field: str | None) -> Explanation:
    found, redirected_from = find_entity(marts, entity)
    (explanation,) = explain_entities(marts, [found], field)
    if field is not None and not explanation.cells:
        raise UsageError(_no_claim(marts, found.entity_id, field))
    return explanation.model_copy(update={"redirected_from": redirected_from})


def explain_entities(
    marts: duckdb.DuckDBPyConnection, entities: Sequence[EntityName], field: str | None = None
) -> list[Explanation]:
    """The cells of each entity with all claims and their evidence, in the order of `entities`.

    Five queries read any number of entities.
    """
    ids = [entity.entity_id for entity in entities]
    claims = _by_entity(_claims(marts, ids, field))
    confidences, conflicts = _confidences(marts, ids), _conflicts(marts, ids)
    records, texts = _records(marts, ids), _texts(marts, ids)
    return [
        _explanation(entity, field, claims.get(key, []), confidences[key], conflicts.get(key, {}), records, texts)
        for entity, key in zip(entities, ids, strict=True)
    ]


def _explanation(
    entity: EntityName,
    field: str | None,
    rows: list[dict[str, Any]],
    confidences: dict[str, float],
    conflicts: dict[str, dict[str, Any]],
    records: dict[tuple[str, str], EvidenceRecord],
    texts: dict[tuple[str, str], EvidenceText],
) -> Explanation:
    claims = [Claim(**row) for row in rows]
    id_ = entity.entity_id
    keys = sorted({claim.record_key for claim in claims if claim.record_key})
    read = sorted({claim.extraction_id for claim in claims if claim.extraction_id})
    return Explanation(
        entity=entity,
        redirected_from=None,
        field_name=field,
        cells=tuple(_cells(claims, confidences, conflicts)),
        records={key: records[id_, key] for key in keys if (id_, key) in records},
        texts={key: texts[id_, key] for key in read if (id_, key) in texts},
    )


def _check_has_evidence(marts: duckdb.DuckDBPyConnection, published: Path) -> None:
    held = marts.execute(
        "select count(*) from duckdb_tables() where schema_name = 'marts' and list_contains($1, table_name)", [EVIDENCE]
    ).fetchall()[0][0]
    if held < len(EVIDENCE):
        raise UsageError(
            f"{published} comes from a version that kept no evidence. Publish again: "
            'make run QUERY="powerleague portobello"'
        )


def _claims(marts: duckdb.DuckDBPyConnection, ids: Sequence[str], field: str | None) -> list[dict[str, Any]]:
    return query_rows(
        marts,
        f"""
        select {CLAIM_COLUMNS}, source_name || ':' || source_record_id as record_key from marts.entity_claims
        where {OF_ENTITIES} and ($field is null or field_name = $field)
        order by field_name, claim_rank, claim_id
        """,
        {**_among(ids), "field": field},
    )


def _among(ids: Sequence[str]) -> dict[str, Any]:
    return {"ids": list(ids), "first": min(ids, default=""), "last": max(ids, default="")}


def _by_entity(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    held: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        held.setdefault(row["entity_id"], []).append(row)
    return held


def _no_claim(marts: duckdb.DuckDBPyConnection, entity_id: str, field: str) -> str:
    known = query_rows(
        marts,
        "select distinct field_name from marts.entity_claims where entity_id = ? order by field_name",
        [entity_id],
    )
    names = ", ".join(row["field_name"] for row in known)
    return f'No source states a "{field}" that could be read for this entity. There are claims about: {names}.'


def _confidences(marts: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, dict[str, float]]:
    rows = marts.execute(f"select entity_id, field_confidence from marts.entities where {OF_ENTITIES}", _among(ids))
    return {entity_id: json.loads(confidence) for entity_id, confidence in rows.fetchall()}


def _conflicts(marts: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """By entity and field, the closest other value."""
    rows = query_rows(
        marts,
        "select entity_id, field_name, losing_value, losing_source, lost_because, margin from marts.entity_conflicts "
        f"where {OF_ENTITIES}",
        _among(ids),
    )
    held: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        held.setdefault(row.pop("entity_id"), {})[row.pop("field_name")] = row
    return held


def _cells(claims: list[Claim], confidences: dict[str, float], conflicts: dict[str, dict[str, Any]]) -> Iterator[Cell]:
    """The claims by field, with the confidence of the cell and the closest other value."""
    for name, group in groupby(claims, key=lambda claim: claim.field_name):
        held = tuple(group)
        yield Cell(
            field_name=name,
            strategy=held[0].strategy,
            confidence=confidences.get(name),
            contested_by=conflicts.get(name),
            claims=held,
        )


def _records(marts: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[tuple[str, str], EvidenceRecord]:
    """The records of the entities, by entity and key: each as the source sent it, with its API call."""
    rows = query_rows(
        marts,
        f"""
        select
            entity_id, record_key, run_id, payload, payload_hash, fetched_at,
            if(mapped_columns is null, null, result_rank) as row, mapped_columns::varchar as mapped_columns,
            if(method is null, null, struct_pack(request_id, method, url, status, started_at)) as call
        from marts.record_evidence
        where {OF_ENTITIES}
        order by record_key
        """,
        _among(ids),
    )
    return {(row.pop("entity_id"), row["record_key"]): _record(row) for row in rows}


def _record(row: dict[str, Any]) -> EvidenceRecord:
    columns = row["mapped_columns"]
    parsed = {"payload": _parsed(row["payload"]), "mapped_columns": json.loads(columns) if columns else None}
    return EvidenceRecord(**{**row, **parsed})


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):  # no JSON: shown as the source sent it
        return payload


def _texts(marts: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[tuple[str, str], EvidenceText]:
    """The texts that the quotes come from, by entity and extraction id."""
    rows = query_rows(
        marts,
        f"""
        select
            entity_id, extraction_id, text, url, extractor, extractor_version, model, prompt_version, extracted_at
        from marts.text_evidence
        where {OF_ENTITIES}
        order by extraction_id
        """,
        _among(ids),
    )
    return {(row.pop("entity_id"), row["extraction_id"]): EvidenceText(**row) for row in rows}
