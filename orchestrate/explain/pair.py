"""Explains why two records are one place or two: blocking, comparisons, decisions, and the chain of matches."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.contracts.pair import PairExplanation
from orchestrate.errors import UsageError, WarehouseError
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import read_comparisons, read_weights, weight_of
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import connect
from orchestrate.wording import signed, words

SUGGESTIONS = 8
FIELDS = ("entity_name", "address", "point", "phone", "website", "kind", "source_name")

Connection = duckdb.DuckDBPyConnection


def explain_pair(warehouse: Path, left: str, right: str) -> PairExplanation:
    """Everything that the last build of `warehouse` decided about two records, which are given by their keys.

    Raises UsageError if the warehouse or a record does not exist, and WarehouseError for another version's warehouse.
    """
    check_was_built(warehouse)
    if left == right:
        raise UsageError("Both keys name the same record. Give two records.")
    with connect(warehouse, read_only=True) as connection:
        try:
            return _explain(connection, _read_record(connection, left), _read_record(connection, right))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise WarehouseError(
                f'{warehouse} has no pairs that this version can read. Build it again: make run QUERY="..."'
            ) from error


def _explain(connection: Connection, left: dict[str, Any], right: dict[str, Any]) -> PairExplanation:
    policy = project_vars()
    numbers = [left["record_no"], right["record_no"]]
    pair = sorted(numbers) if None not in numbers else None
    meeting = _meeting(connection, pair, left, right, policy)
    accepted = _first(connection, _ACCEPTED, pair)
    override = _first(
        connection,
        rendered_sql(_OVERRIDE),
        [left["record_key"], right["record_key"]],
    )
    is_one = left["entity_id"] is not None and left["entity_id"] == right["entity_id"]
    explained = PairExplanation(
        left=left,
        right=right,
        metres=_metres(connection, left, right),
        meeting=meeting,
        score=_score(connection, pair, meeting["status"], left, right),
        threshold=policy["match_threshold"],
        threshold_weight=weight_of(policy["match_threshold"]),
        is_accepted=accepted is not None,
        accepted_by=accepted["matched_by"] if accepted else None,
        override=override,
        conflict=(_first(connection, _CONFLICT, pair) or {}).get("reason"),
        is_one_entity=is_one,
        path=_path(connection, pair, left["entity_id"] if is_one else None) if pair else None,
        conflicts_between=_conflicts_between(connection, left, right) if not is_one else (),
        verdict="",
    )
    return explained.model_copy(update={"verdict": _verdict(explained)})


_ACCEPTED = "select matched_by from intermediate.int_matches where left_no = ? and right_no = ?"
_OVERRIDE = """
    select decision, reason, author, decided_on
    from seeds.match_overrides
    where (left_record_key = $1 and right_record_key = $2) or (left_record_key = $2 and right_record_key = $1)
    order by {{ decision_rank('decision') }} desc, decided_on desc
    limit 1
"""
_CONFLICT = "select reason from intermediate.int_conflicts where left_no = ? and right_no = ?"


def _first(connection: Connection, sql: str, parameters: list[Any] | None) -> dict[str, Any] | None:
    """The first row. None if there is no row or no parameter."""
    return next(iter(query_rows(connection, sql, parameters)), None) if parameters else None


def _read_record(connection: Connection, key: str) -> dict[str, Any]:
    found = _first(
        connection,
        """
        select
            records.record_key, records.source_name, coalesce(records.entity_name, '(no name)') as entity_name,
            nullif(concat_ws(', ', records.street_address, records.locality, records.city, records.postcode), '')
                as address,
            records.latitude, records.longitude, records.phone, records.website_url as website,
            array_to_string(features.place_types, ', ') as kind,
            records.is_sub_venue, records.loss_reason, features.record_no,
            entities.entity_id, entities.match_role, entities.matched_by
        from intermediate.int_records as records
        left join intermediate.int_match_features as features on records.record_key = features.record_key
        left join intermediate.int_record_entities as entities on records.record_key = entities.record_key
        where records.record_key = ?
        """,
        [key],
    )
    if not found:
        raise UsageError(_unknown_record(connection, key))
    point = None if found["latitude"] is None else f"{found['latitude']:.5f}, {found['longitude']:.5f}"
    return {**found, "point": point}


def _unknown_record(connection: Connection, key: str) -> str:
    """The sentence for an unknown key: the records of the entity with that name, or records with similar keys."""
    listed = "select record_key, coalesce(entity_name, '(no name)') as entity_name from intermediate.int_records"
    of_entity = query_rows(
        connection,
        f"{listed} inner join intermediate.int_record_entities using (record_key) where entity_id = ? "
        "order by record_key",
        [_entity_id(connection, key)],
    )
    if of_entity:
        return f'"{key}" is an entity, but this command compares records. Its records: {_names(of_entity)}.'
    near = query_rows(
        connection,
        f"{listed} where contains(lower(record_key), lower($1)) or contains(lower(entity_name), lower($1)) "
        "order by record_key",
        [key],
    )
    if near and key.strip():
        return f'There is no record "{key}". Similar records: {_names(near)}.'
    return f'There is no record "{key}". The key of a record is source:id, as `trigpoint explain` shows it.'


def _entity_id(connection: Connection, wanted: str) -> str:
    """The id of the entity with this slug or unique name. For an absorbed id, the id that absorbed it."""
    for sql in (
        "select entity_id from intermediate.int_entity_redirects where old_entity_id = $1",
        "select min(entity_id) as entity_id from marts.entities where slug = $1 or lower(entity_name) = lower($1) "
        "having count(*) = 1",
    ):
        try:
            rows = connection.execute(sql, [wanted]).fetchall()
        except duckdb.CatalogException:  # a build may stop before the marts
            continue
        if rows:
            return str(rows[0][0])
    return wanted


def _names(records: list[dict[str, Any]]) -> str:
    shown = [f"{record['record_key']} ({record['entity_name']})" for record in records[:SUGGESTIONS]]
    return ", ".join(shown) + (f" and {len(records) - SUGGESTIONS} more" if len(records) > SUGGESTIONS else "")


def _metres(connection: Connection, left: dict[str, Any], right: dict[str, Any]) -> float | None:
    """The distance that the models compute. None if one of the two has no point."""
    apart = rendered_sql("select {{ metres_between('$1::double', '$2::double', '$3::double', '$4::double') }}")
    points = [record[degrees] for record in (left, right) for degrees in ("latitude", "longitude")]
    ((metres,),) = connection.execute(apart, points).fetchall()
    return None if metres is None else float(metres)


def _meeting(
    connection: Connection,
    pair: list[int] | None,
    left: dict[str, Any],
    right: dict[str, Any],
    policy: dict[str, Any],
) -> dict[str, Any]:
    """The stage that the pair reached: `scored`, `not_kept`, `prefiltered`, `never_met` or `not_matched`."""
    if pair is None:
        outside = [_why_not_matched(record) for record in (left, right) if record["record_no"] is None]
        return {"status": "not_matched", "blocked_by": None, "sentence": " ".join(outside)}
    met = _first(
        connection,
        """
        select
            blocked.blocked_by::varchar as blocked_by, alike.left_no is not null as is_compared,
            scored.left_no is not null as is_scored
        from intermediate.int_candidate_pairs as blocked
        left join intermediate.int_pairs_prefiltered as alike using (left_no, right_no)
        left join intermediate.int_predictions as scored using (left_no, right_no)
        where blocked.left_no = ? and blocked.right_no = ?
        """,
        pair,
    )
    if met is None:
        sentence = "They are no candidate pair: they share no blocking key, or only keys that too many records share."
        return {"status": "never_met", "blocked_by": None, "sentence": sentence}
    by = f"They are a candidate pair by {words(met['blocked_by'])}"
    if met["is_scored"]:
        status, sentence = "scored", f"{by}."
    elif met["is_compared"]:
        least = policy["kept_match_weight"]
        status = "not_kept"
        sentence = f"{by}. They were compared, but not kept: their match weight is below {signed(least)}."
    else:
        status = "prefiltered"
        sentence = f"{by}. The prefilter dropped them: their names are too different for their distance."
    return {"status": status, "blocked_by": met["blocked_by"], "sentence": sentence}


def _why_not_matched(record: dict[str, Any]) -> str:
    if record["loss_reason"]:
        return f"{record['record_key']} is not matched: it describes no place ({words(record['loss_reason'])})."
    if record["match_role"] == "part":
        return f"{record['record_key']} is a sub-venue. Its location gave it its venue ({record['matched_by']})."
    return f"{record['record_key']} is a sub-venue, and no venue was found near it."


def _score(
    connection: Connection, pair: list[int] | None, status: str, left: dict[str, Any], right: dict[str, Any]
) -> dict[str, Any] | None:
    """The steps that add up to the pair's weight. None if the two were not compared."""
    if pair is None or status not in ("scored", "not_kept"):
        return None
    weights = read_weights(connection)
    relation = "int_predictions" if status == "scored" else "int_comparison_vectors"
    row = _first(
        connection,
        f"select * from intermediate.{relation} where left_no = ? and right_no = ?",  # noqa: S608 (one of two of ours)
        pair,
    )
    if row is None:
        return None
    levels = [("prior", "any"), *((name, row[f"{name}_level"]) for name in read_comparisons(connection))]
    steps = [
        {
            "comparison": comparison,
            "level": level,
            "weight": row.get(f"{comparison}_weight", weights.get((comparison, level), {}).get("weight")),
            "meaning": weights.get((comparison, level), {}).get("meaning"),
        }
        for comparison, level in levels
    ]
    own = math.fsum(step["weight"] or 0 for step in steps)
    penalty = row.get("one_to_one_penalty") or 0.0
    competing = _competing_matches(connection, pair, left, right) if penalty else []
    weight = row.get("match_weight", own)
    return {
        "is_kept": status == "scored",
        "name_similarity": row.get("name_similarity"),
        "steps": steps,
        "own_weight": own,
        "one_to_one_penalty": penalty,
        "competing_matches": competing,
        "match_weight": weight,
        "match_probability": row.get("match_probability", 1 / (1 + 2**-own)),
    }


def _competing_matches(
    connection: Connection, pair: list[int], left: dict[str, Any], right: dict[str, Any]
) -> list[dict[str, Any]]:
    """For each record: the record of the other's source that matches it better, if there is one."""
    found = []
    for record, other in ((left, right), (right, left)):
        better = _first(
            connection,
            """
            with of_record as (
                select
                    if(left_no = $1, right_no, left_no) as rival_no,
                    own_weight
                from intermediate.int_predictions
                where left_no = $1 or right_no = $1
            )

            select features.record_key, features.entity_name, of_record.own_weight
            from of_record
            inner join intermediate.int_match_features as features on of_record.rival_no = features.record_no
            where features.source_name = $2
            order by of_record.own_weight desc, of_record.rival_no
            limit 1
            """,
            [record["record_no"], other["source_name"]],
        )
        if better and better["record_key"] != other["record_key"]:
            found.append({"of": record["record_key"], **better})
    return found


def _path(connection: Connection, pair: list[int], entity_id: str | None) -> list[dict[str, Any]] | None:
    """A shortest chain of accepted pairs between the two, within their entity or across a conflict."""
    start, goal = pair
    came_from: dict[int, int] = {start: start}
    frontier = [start]
    while frontier and goal not in came_from:
        reached = connection.execute(
            """
            select min(from_no), to_no from (
                select left_no as from_no, right_no as to_no from intermediate.int_matches
                where list_contains($1::integer[], left_no)
                union all
                select right_no, left_no from intermediate.int_matches
                where list_contains($1::integer[], right_no)
            )
            where $2 is null or to_no in (
                select record_no from intermediate.int_match_features
                inner join intermediate.int_record_entities using (record_key) where entity_id = $2
            )
            group by to_no order by to_no
            """,
            [frontier, entity_id],
        ).fetchall()
        fresh = [(from_no, to_no) for from_no, to_no in reached if to_no not in came_from]
        came_from.update((to_no, from_no) for from_no, to_no in fresh)
        frontier = [to_no for _, to_no in fresh]
    if goal not in came_from:
        return None
    chain = [goal]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return [_link(connection, one, other) for one, other in pairwise(reversed(chain))]


def _link(connection: Connection, one: int, other: int) -> dict[str, Any]:
    (link,) = query_rows(
        connection,
        """
        select
            ones.record_key as from_key, ones.entity_name as from_name, others.record_key as to_key,
            others.entity_name as to_name, accepted.matched_by, accepted.match_weight, accepted.match_probability
        from intermediate.int_matches as accepted
        inner join intermediate.int_match_features as ones on ones.record_no = $1
        inner join intermediate.int_match_features as others on others.record_no = $2
        where accepted.left_no = least($1, $2) and accepted.right_no = greatest($1, $2)
        """,
        [one, other],
    )
    return link


def _conflicts_between(connection: Connection, left: dict[str, Any], right: dict[str, Any]) -> list[dict[str, Any]]:
    """The conflicts between a record of one entity and a record of the other."""
    return query_rows(
        connection,
        f"""
        select lefts.record_key as left_key, rights.record_key as right_key, conflicts.reason
        from intermediate.int_conflicts as conflicts
        inner join intermediate.int_match_features as lefts on conflicts.left_no = lefts.record_no
        inner join intermediate.int_match_features as rights on conflicts.right_no = rights.record_no
        inner join intermediate.int_record_entities as ones on lefts.record_key = ones.record_key
        inner join intermediate.int_record_entities as others on rights.record_key = others.record_key
        where ones.entity_id in ($1, $2) and others.entity_id in ($1, $2) and ones.entity_id != others.entity_id
        order by lefts.record_key, rights.record_key
        limit {SUGGESTIONS}
        """,  # noqa: S608 (a number of ours)
        [left["entity_id"], right["entity_id"]],
    )


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
