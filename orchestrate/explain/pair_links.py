"""What joins two records through others, and what keeps their entities apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import duckdb

from orchestrate.store.queries import query_rows

SHOWN_CONFLICTS = 8

Connection = duckdb.DuckDBPyConnection


def read_path(connection: Connection, pair: list[int], entity_id: str | None) -> list[dict[str, Any]] | None:
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


def read_conflicts(connection: Connection, left: dict[str, Any], right: dict[str, Any]) -> list[dict[str, Any]]:
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
        limit {SHOWN_CONFLICTS}
        """,  # noqa: S608 (a number of ours)
        [left["entity_id"], right["entity_id"]],
    )
