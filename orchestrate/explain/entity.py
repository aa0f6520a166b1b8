"""Explains a golden cell: every claim in its rank, why each losing claim lost, and the evidence."""

from __future__ import annotations

import json
from collections.abc import Collection
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.explain import Cell, Claim, EvidenceRecord, EvidenceText, Explanation
from orchestrate.errors import UsageError
from orchestrate.explain.entity_lookup import find_entity
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

EVIDENCE = ["record_evidence", "text_evidence"]
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
    claims = _claims(marts, found.entity_id, field)
    return Explanation(
        entity=found,
        redirected_from=redirected_from,
        field_name=field,
        cells=_cells(marts, found.entity_id, claims),
        records=_records(marts, found.entity_id, {claim.record_key for claim in claims}),
        texts=_texts(marts, found.entity_id, {claim.extraction_id for claim in claims}),
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


def _claims(marts: duckdb.DuckDBPyConnection, entity_id: str, field: str | None) -> list[Claim]:
    claims = query_rows(
        marts,
        f"""
        select {CLAIM_COLUMNS}, source_name || ':' || source_record_id as record_key from marts.entity_claims
        where entity_id = $1 and ($2 is null or field_name = $2)
        order by field_name, claim_rank, claim_id
        """,  # noqa: S608 (names of columns of ours)
        [entity_id, field],
    )
    if field is not None and not claims:
        known = query_rows(
            marts,
            "select distinct field_name from marts.entity_claims where entity_id = ? order by field_name",
            [entity_id],
        )
        names = ", ".join(row["field_name"] for row in known)
        raise UsageError(f'No source states "{field}" for this entity. There are claims about: {names}.')
    return [Claim(**claim) for claim in claims]


def _cells(marts: duckdb.DuckDBPyConnection, entity_id: str, claims: list[Claim]) -> list[Cell]:
    """The claims by field, with the confidence of the cell and the closest other value."""
    ((confidence,),) = marts.execute(
        "select field_confidence from marts.entities where entity_id = ?", [entity_id]
    ).fetchall()
    confidences = json.loads(confidence)
    conflicts = query_rows(
        marts,
        "select field_name, losing_value, losing_source, lost_because, margin from marts.entity_conflicts "
        "where entity_id = ?",
        [entity_id],
    )
    contested_by = {conflict.pop("field_name"): conflict for conflict in conflicts}
    return [
        Cell(
            field_name=name,
            strategy=group[0].strategy,
            confidence=confidences.get(name),
            contested_by=contested_by.get(name),
            claims=group,
        )
        for name, group in ((n, tuple(g)) for n, g in groupby(claims, key=lambda c: c.field_name))
    ]


def _records(
    marts: duckdb.DuckDBPyConnection, entity_id: str, keys: Collection[str | None]
) -> dict[str, EvidenceRecord]:
    """The records that the claims refer to, by key: each as the source sent it, with its API call."""
    rows = query_rows(
        marts,
        """
        select
            record_key, run_id, payload, payload_hash, fetched_at,
            if(mapped_columns is null, null, result_rank) as row, mapped_columns::varchar as mapped_columns,
            if(method is null, null, struct_pack(request_id, method, url, status, started_at)) as call
        from marts.record_evidence
        where entity_id = $1 and list_contains($2::varchar[], record_key)
        order by record_key
        """,
        [entity_id, [key for key in keys if key]],
    )
    return {row["record_key"]: _record(row) for row in rows}


def _record(row: dict[str, Any]) -> EvidenceRecord:
    columns = row["mapped_columns"]
    parsed = {"payload": _parsed(row["payload"]), "mapped_columns": json.loads(columns) if columns else None}
    return EvidenceRecord(**{**row, **parsed})


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):  # no JSON: shown as the source sent it
        return payload


def _texts(marts: duckdb.DuckDBPyConnection, entity_id: str, ids: Collection[str | None]) -> dict[str, EvidenceText]:
    """The texts that the quotes come from, by extraction id."""
    rows = query_rows(
        marts,
        """
        select extraction_id, text, url, extractor, extractor_version, model, prompt_version, extracted_at
        from marts.text_evidence
        where entity_id = $1 and list_contains($2::varchar[], extraction_id)
        order by extraction_id
        """,
        [entity_id, [id_ for id_ in ids if id_]],
    )
    return {row["extraction_id"]: EvidenceText(**row) for row in rows}
