"""Explains why two records are one place or two: blocking, comparisons, decisions, and the chain of matches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.pair import PairExplanation
from orchestrate.errors import UsageError, WarehouseError
from orchestrate.explain.pair_links import read_conflicts, read_path
from orchestrate.explain.pair_records import metres_between, read_record
from orchestrate.explain.pair_score import read_meeting, read_score
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import weight_of
from orchestrate.store.queries import check_was_built, first_row, query_rows
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import connect
from orchestrate.wording import words

FIELDS = ("entity_name", "address", "point", "phone", "website", "kind", "source_name")

_ACCEPTED = "select matched_by from intermediate.int_matches where left_no = ? and right_no = ?"
_OVERRIDE = """
    select decision, reason, author, decided_on
    from seeds.match_overrides
    where (left_record_key = $1 and right_record_key = $2) or (left_record_key = $2 and right_record_key = $1)
    order by {{ decision_rank('decision') }} desc, decided_on desc
    limit 1
"""
_STATISTICS = "select learned_at, run_id, records from intermediate.int_match_statistics"
_CONFLICT = "select reason from intermediate.int_conflicts where left_no = ? and right_no = ?"


def explain_pair(warehouse: Path, left: str, right: str) -> PairExplanation:
    """Everything that the last build of `warehouse` decided about two records, which are given by their keys.

    Raises UsageError if the warehouse or a record does not exist, and WarehouseError for another version's warehouse.
    """
    check_was_built(warehouse)
    if left == right:
        raise UsageError("Both keys name the same record. Give two records.")
    with connect(warehouse, read_only=True) as connection:
        try:
            return _explain(connection, read_record(connection, left), read_record(connection, right))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise WarehouseError(
                f'{warehouse} has no pairs that this version can read. Build it again: make run QUERY="..."'
            ) from error


def _explain(connection: duckdb.DuckDBPyConnection, left: dict[str, Any], right: dict[str, Any]) -> PairExplanation:
    policy = project_vars()
    numbers = [left["record_no"], right["record_no"]]
    pair = sorted(numbers) if None not in numbers else None
    meeting = read_meeting(connection, pair, left, right, policy)
    accepted = first_row(connection, _ACCEPTED, pair)
    override = first_row(
        connection,
        rendered_sql(_OVERRIDE),
        [left["record_key"], right["record_key"]],
    )
    is_one = left["entity_id"] is not None and left["entity_id"] == right["entity_id"]
    explained = PairExplanation(
        left=left,
        right=right,
        metres=metres_between(connection, left, right),
        meeting=meeting,
        score=read_score(connection, pair, meeting["status"], left, right),
        threshold=policy["match_threshold"],
        threshold_weight=weight_of(policy["match_threshold"]),
        statistics=next(iter(query_rows(connection, _STATISTICS, [])), None),
        is_accepted=accepted is not None,
        accepted_by=accepted["matched_by"] if accepted else None,
        override=override,
        conflict=(first_row(connection, _CONFLICT, pair) or {}).get("reason"),
        is_one_entity=is_one,
        path=read_path(connection, pair, left["entity_id"] if is_one else None) if pair else None,
        conflicts_between=read_conflicts(connection, left, right) if not is_one else (),
        verdict="",
    )
    return explained.model_copy(update={"verdict": _verdict(explained)})


def _verdict(pair: PairExplanation) -> str:
    """The outcome and its reason, in one sentence."""
    if pair.is_one_entity:
        return f"They are one entity today, {pair.left.entity_id}: {_why_one(pair)}"
    ids = [side.entity_id or "none" for side in (pair.left, pair.right)]
    return f"They are not one entity today ({ids[0]} and {ids[1]}): {_why_two(pair)}"


def _why_one(pair: PairExplanation) -> str:
    if pair.override and pair.override.decision == "must_match":
        return "a person decided so."
    if pair.is_accepted:
        return "the pair itself was accepted."
    if pair.meeting.status == "not_matched":
        return "a sub-venue belongs to the venue at its location."
    path = pair.path
    if path:
        between = ", ".join(f"{link.to_key} ({link.to_name})" for link in path[:-1])
        return f"this pair was not accepted, but it is joined through {between}."
    return "this pair did not join them, and no chain of accepted pairs joins them any more."


def _why_two(pair: PairExplanation) -> str:
    if pair.override and pair.override.decision == "cannot_match":
        return "a person decided so."
    if pair.meeting.status == "not_matched":
        return "one of them is not matched, so it joins no other record."
    if pair.conflict:
        return f"accepted pairs connect them, but a conflict keeps them apart ({words(pair.conflict)})."
    if pair.conflicts_between:
        reason = words(pair.conflicts_between[0].reason)
        return f"accepted pairs connect them, but a conflict between other records keeps them apart ({reason})."
    if pair.path:
        return "accepted pairs connect them through others, but conflicts or too many records keep them apart."
    if pair.score is None:
        return "they were never compared, and nothing else joins them."
    return "their weight is below the threshold, and nothing else joins them."
