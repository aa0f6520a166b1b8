"""Shows which golden cells changed between two publications, and what changed them. Reads the published file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestrate.contracts.changes import CellChange, EntityEvent, Publication, PublishedChange, RunDiff
from orchestrate.errors import UsageError
from orchestrate.store.queries import SKIPS_OTHER_IDS, check_was_built, query_rows
from orchestrate.store.warehouse import connect

LATEST, PREVIOUS = "latest", "previous"
SUGGESTIONS = 5


def diff_runs(published: Path, one: str, other: str) -> RunDiff:
    """The cells whose value differs between two publications. The earlier publication comes first.

    A publication is given by its build id (the run id if a run published it), the start of an id, `latest` or
    `previous`. Raises UsageError if nothing is published yet, if none or several match, or if both are the same.
    """
    check_was_built(published)
    with connect(published, read_only=True) as marts:
        try:
            known = _publications(marts)
        except duckdb.CatalogException:
            raise UsageError(
                "The published file has no record of earlier publications. Run a query again, or: trigpoint build"
            ) from None
        unpublished = dict(
            marts.execute(
                "select run_id, status from marts.runs where run_id not in (select build_id from marts.publications)"
            ).fetchall()
        )
        before, after = sorted(
            (find_publication(known, wanted, unpublished) for wanted in (one, other)),
            key=lambda publication: publication.publication_no,
        )
        if before == after:
            raise UsageError(f"Both are the publication {before.build_id}. Give two publications.")
        marts.execute(SKIPS_OTHER_IDS)
        numbers = {"before": before.publication_no, "after": after.publication_no}
        changes = tuple(PublishedChange(**row) for row in query_rows(marts, _changes_query(marts), numbers))
        events = query_rows(marts, _ENTITIES, {"before": before.as_of, "after": after.as_of})
    return RunDiff(
        before=before,
        after=after,
        changes=changes,
        by_kind=count_kinds(changes),
        by_field=count_fields(changes),
        by_hand=dict(Counter(change.hand for change in changes).most_common()),
        entities=tuple(EntityEvent(**event) for event in events),
    )


def _publications(marts: duckdb.DuckDBPyConnection) -> list[Publication]:
    rows = query_rows(
        marts,
        "select publication_no, build_id, command, as_of, published_at, run_id, query "
        "from marts.publications left join marts.runs using (run_id) order by publication_no",
        [],
    )
    return [Publication(**row) for row in rows]


def find_publication(known: list[Publication], wanted: str, unpublished: dict[str, str]) -> Publication:
    """The publication in `known` that `wanted` names. `unpublished` maps runs to their status. Raises UsageError."""
    if wanted in (LATEST, PREVIOUS):
        back = 1 if wanted == LATEST else 2
        if len(known) < back:
            raise UsageError(f"There is no {wanted} publication: there are {len(known)} so far.")
        return known[-back]
    fitting = [one for one in known if wanted and one.build_id.startswith(wanted)]
    exact = [one for one in fitting if one.build_id == wanted]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    named = ", ".join(one.build_id for one in (fitting or known)[-SUGGESTIONS:])
    if fitting:
        raise UsageError(f'{len(fitting)} publications begin with "{wanted}", such as {named}. Give more of the id.')
    for run_id, status in unpublished.items():
        if wanted and run_id.startswith(wanted):
            raise UsageError(f"The run {run_id} has no recorded publication (it is {status}). Recorded are {named}.")
    raise UsageError(
        f'There is no run or build "{wanted}". The last ones are {named}; {LATEST} and {PREVIOUS} work too.'
    )


def count_kinds(changes: Sequence[CellChange]) -> dict[str, int]:
    return dict(sorted(Counter(str(change.kind) for change in changes).items()))


def _changes_query(marts: duckdb.DuckDBPyConnection) -> str:
    """After a build on Spark the record may be a view, whose rows have no numbers."""
    is_table = marts.execute("from duckdb_tables() where table_name = 'published_changes'").fetchall()
    return _CHANGES.replace("$of_these_cells", _OF_THESE_ROWS if is_table else _OF_THESE_CELLS)


def count_fields(changes: Sequence[CellChange]) -> dict[str, int]:
    """The number of changes by field, the most changes first."""
    return dict(Counter(change.field_name for change in changes).most_common())


_OF_THESE_CELLS = "marts.published_changes semi join changed using (entity_id, field_name)"
# First the numbers of the rows: otherwise all columns of all cells that were ever published are read.
_OF_THESE_ROWS = f"(from marts.published_changes where rowid in (select rowid from {_OF_THESE_CELLS}))"  # noqa: S608 (ours)
# A cell's value at a publication is its last change up to then. Of several changes between the two, the last counts.
_CHANGES = """
    with changed as materialized (
        -- Few of all cells that were ever published.
        select distinct entity_id, field_name from marts.published_changes
        where publication_no > $before and publication_no <= $after
    ),

    changes as materialized (
        select * from $of_these_cells
        where publication_no <= $after
    ),

    before as (
        select * from changes
        where publication_no <= $before
        qualify row_number() over (partition by entity_id, field_name order by publication_no desc) = 1
    ),

    since as (
        select
            *,
            last_value(if(value is distinct from value_then, hand, null) ignore nulls) over changes_of as last_hand,
            last_value(if(value is distinct from value_then, why, null) ignore nulls) over changes_of as last_why,
            last_value(if(value is distinct from value_then, build_id, null) ignore nulls) over changes_of as last_build
        from (
            select *, lag(value) over (partition by entity_id, field_name order by publication_no) as value_then
            from changes
        )
        where publication_no > $before
        window changes_of as (
            partition by entity_id, field_name order by publication_no
            rows between unbounded preceding and unbounded following
        )
        qualify row_number() over (partition by entity_id, field_name order by publication_no desc) = 1
    )

    select
        entity_id, since.slug, since.entity_name, field_name,
        case when before.value is null then 'appeared' when since.value is null then 'gone' else 'changed' end as kind,
        before.value as value_before, before.sources as sources_before,
        since.value as value_after, since.sources as sources_after,
        since.last_hand as hand, since.last_why as why, since.last_build as build_id
    from since
    left join before using (entity_id, field_name)
    where before.value is distinct from since.value
    -- What a person looks for first: where one value took the place of another.
    order by kind = 'changed' desc, kind = 'gone' desc, since.entity_name, entity_id, field_name
"""

_ENTITIES = """
    -- An entity that was joined to another is no longer published. Its name is in the record of changes.
    with events as materialized (
        select * from marts.entity_id_events
        where happened_at > $before and happened_at <= $after and event in ('split', 'absorb')
    ),

    last_names as (
        select entity_id, arg_max(slug, publication_no) as slug, arg_max(entity_name, publication_no) as entity_name
        from marts.published_changes
        semi join events using (entity_id)
        group by entity_id
    )

    select event, events.entity_id, last_names.slug, last_names.entity_name, other_entity_id, happened_at
    from events
    left join last_names using (entity_id)
    order by happened_at, event, entity_id
"""
