"""Compares the golden records of two published files: cells, entities and places, the largest groups first.

The files need not be of one warehouse. Entities are compared by their records, so it does not matter if one has got
another id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestrate.contracts.changes import CellChange, RunDiff, WhatIf
from orchestrate.contracts.golden_diff import EntityChange, GoldenCell, GoldenDiff, SourceChange
from orchestrate.errors import UsageError
from orchestrate.store.queries import query_rows
from orchestrate.store.warehouse import sql_text

CELL_KINDS = ("changed", "appeared", "gone")
EVENTS = ("merged", "split", "minted", "retired", "closed", "reopened", "moved")
MOVED_METRES = 50
MART = "marts"
AnyDiff = GoldenDiff | RunDiff | WhatIf


def diff_files(before: Path, after: Path) -> GoldenDiff:
    """Raises UsageError if one is no file that Trigpoint published."""
    with duckdb.connect() as scratch:
        for name, file in (("before", before), ("after", after)):
            _attach(scratch, name, file)
        scratch.execute(_CELLS)
        changes = [GoldenCell(**row) for row in query_rows(scratch, _CHANGES, [])]
        events = [EntityChange(**row) for row in query_rows(scratch, _EVENTS, {"metres": MOVED_METRES})]
        sizes = query_rows(scratch, _SIZES, [])[0]
    return summed_up(str(before), str(after), changes, events, sizes)


def golden(diff: AnyDiff) -> GoldenDiff:
    """Any diff in the form of that of two files."""
    if isinstance(diff, GoldenDiff):
        return diff
    return of_runs(diff) if isinstance(diff, RunDiff) else of_trust(diff)


def summed_up(
    before: str, after: str, changes: list[GoldenCell], events: list[EntityChange], sizes: dict[str, int]
) -> GoldenDiff:
    """The diff with its counts. The fields with the most changes come first."""
    by_field = Counter(change.field_name for change in changes)
    ordered = sorted(
        changes,
        key=lambda c: (
            -by_field[c.field_name],
            c.field_name,
            CELL_KINDS.index(c.kind),
            c.entity_name or "",
            c.entity_id,
        ),
    )
    kinds = Counter(str(change.kind) for change in changes)
    happened = Counter(str(event.event) for event in events)
    counts = {"cells": len(changes), **{k: kinds[k] for k in CELL_KINDS}, **{e: happened[e] for e in EVENTS}, **sizes}
    return GoldenDiff(
        before=before,
        after=after,
        counts=counts,
        by_field=dict(by_field.most_common()),
        by_source=_by_source(changes),
        entities=tuple(sorted(events, key=lambda e: (EVENTS.index(e.event), e.entity_name or "", e.entity_id))),
        changes=tuple(ordered),
    )


def _by_source(changes: Iterable[GoldenCell]) -> tuple[SourceChange, ...]:
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for change in changes:
        won.update(set(change.sources_after) - set(change.sources_before))
        lost.update(set(change.sources_before) - set(change.sources_after))
    names = sorted(won.keys() | lost.keys(), key=lambda name: (-won[name] - lost[name], name))
    return tuple(SourceChange(source_name=name, won=won[name], lost=lost[name]) for name in names)


def _attach(scratch: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    try:
        scratch.execute(f"attach {sql_text(str(file))} as {name} (read_only)")
        scratch.execute(f"select claim_id, is_winner, lost_because from {name}.{MART}.entity_claims limit 0")  # noqa: S608
    except duckdb.Error as error:
        raise UsageError(f"{file} is no file that Trigpoint published ({str(error).splitlines()[0]}).") from None


def of_runs(diff: RunDiff) -> GoldenDiff:
    """The changes between two publications of one warehouse, which know what changed them."""
    events = [
        EntityChange(
            event="merged" if event.event == "absorb" else "split",
            entity_id=event.entity_id,
            entity_name=event.entity_name,
            others=(event.other_entity_id or "",),
        )
        for event in diff.entities
    ]
    cells = [_cell(change, f"{change.hand or 'unknown'}: {change.why or ''}") for change in diff.changes]
    return summed_up(diff.before.build_id, diff.after.build_id, cells, events, {})


def of_trust(diff: WhatIf) -> GoldenDiff:
    """The cells that another trust would change."""
    cells = [_cell(change, "another trust") for change in diff.changes]
    return summed_up("the seed", "the proposed trust", cells, [], {})


def _cell(change: CellChange, why: str) -> GoldenCell:
    return GoldenCell(
        **change.model_dump(include=set(CellChange.model_fields) - {"sources_before", "sources_after"}),
        sources_before=change.sources_before or (),
        sources_after=change.sources_after or (),
        why=why,
    )


def _cells_of(name: str) -> str:
    """The winning claims of each cell as one text, and its sources."""
    return f"""
    create temp table cells_{name} as
    select
        entity_id, field_name,
        case
            when bool_or(strategy = 'union')
                then string_agg(distinct coalesce(item, value), ', ' order by coalesce(item, value))
            else max(value)
        end as value,
        list_sort(list_distinct(list(source_name))) as sources,
        bool_or(strategy = 'union') as is_list,
        max(value_normalised) as value_normalised
    from {name}.{MART}.entity_claims
    where is_winner
    group by entity_id, field_name;
    """  # noqa: S608


# An entity of the old file stands for the one of the new file with the same id, or with most of its records.
_CELLS = f"""
    {_cells_of("before")}
    {_cells_of("after")}

    create temp table shared as
    select old.entity_id as old_id, new.entity_id as new_id, count(*) as records
    from before.{MART}.entity_records as old
    inner join after.{MART}.entity_records as new on old.record_key = new.record_key
    group by all;

    create temp table followed as
    select old_id, new_id from shared
    qualify row_number() over (partition by new_id order by (old_id = new_id) desc, records desc, old_id) = 1;

    create temp table names as
    select entity_id, slug, entity_name from after.{MART}.entities
    union all
    select entity_id, slug, entity_name from before.{MART}.entities
    where entity_id not in (select entity_id from after.{MART}.entities);
"""  # noqa: S608

# Only entities that both files have: a minted or retired one is one line, not twenty cells.
_CHANGES = f"""
    with old as (
        select followed.new_id as entity_id, cells.* exclude (entity_id), followed.old_id
        from cells_before as cells
        inner join followed on cells.entity_id = followed.old_id
    ),

    new as (select * from cells_after where entity_id in (select new_id from followed)),

    compared as (
        select
            coalesce(new.entity_id, old.entity_id) as entity_id,
            coalesce(new.field_name, old.field_name) as field_name,
            case when old.value is null then 'appeared' when new.value is null then 'gone' else 'changed' end as kind,
            old.value as value_before, coalesce(old.sources, []) as sources_before,
            new.value as value_after, coalesce(new.sources, []) as sources_after,
            coalesce(new.is_list, old.is_list) as is_list, old.value_normalised as old_normalised
        from old
        full join new on old.entity_id = new.entity_id and old.field_name = new.field_name
        where old.value is distinct from new.value
    ),

    fates as (
        -- What became of the old winner in the new file: the reason of its best claim with that value.
        select
            compared.entity_id, compared.field_name,
            arg_min(claims.lost_because, claims.claim_rank) as lost_because, count(claims.claim_id) as claims
        from compared
        left join after.{MART}.entity_claims as claims
            on compared.entity_id = claims.entity_id and compared.field_name = claims.field_name
            and compared.old_normalised = claims.value_normalised
        where compared.value_before is not null
        group by all
    )

    select
        compared.entity_id, names.slug, names.entity_name, compared.field_name, compared.kind,
        compared.value_before, compared.sources_before, compared.value_after, compared.sources_after,
        case
            when compared.kind = 'appeared' then 'no claim won before'
            when compared.is_list then 'other items'
            when fates.claims = 0 then 'the earlier value is no longer stated'
            when coalesce(fates.lost_because, 'duplicate') = 'duplicate' then 'the same value in another form'
            else 'the earlier value loses by ' || replace(fates.lost_because, '_', ' ')
        end as why
    from compared
    left join fates using (entity_id, field_name)
    left join names using (entity_id)
"""  # noqa: S608

_EVENTS = f"""
    with joined as (
        select new_id, list(old_id order by records desc, old_id) as old_ids from shared
        group by new_id having count(*) > 1
    ),

    parted as (
        select old_id, list(new_id order by records desc, new_id) as new_ids from shared
        group by old_id having count(*) > 1
    ),

    places as (
        select
            followed.new_id as entity_id, old.operating_status as status_before, new.operating_status as status_after,
            round(6371000 * 2 * asin(sqrt(least(1, greatest(0,
                pow(sin(radians(new.latitude - old.latitude) / 2), 2)
                + cos(radians(old.latitude)) * cos(radians(new.latitude))
                * pow(sin(radians(new.longitude - old.longitude) / 2), 2)
            )))))::bigint as metres
        from followed
        inner join before.{MART}.entities as old on followed.old_id = old.entity_id
        inner join after.{MART}.entities as new on followed.new_id = new.entity_id
    ),

    events as (
        select 'merged' as event, unnest(old_ids[2:]) as entity_id, [new_id] as others, null as metres from joined
        union all
        select 'split', unnest(new_ids[2:]), [old_id], null from parted
        union all
        select 'minted', entity_id, [], null from after.{MART}.entities
        where entity_id not in (select new_id from shared)
        union all
        select 'retired', entity_id, [], null from before.{MART}.entities
        where entity_id not in (select old_id from shared)
        union all
        select 'closed', entity_id, [], null from places
        where status_after = 'closed_permanently' and status_before != 'closed_permanently'
        union all
        select 'reopened', entity_id, [], null from places
        where status_before = 'closed_permanently' and status_after != 'closed_permanently'
        union all
        select 'moved', entity_id, [], metres from places where metres > $metres
    )

    select
        event, entity_id, metres, coalesce(names.entity_name, old_names.entity_name) as entity_name,
        list_transform(others, lambda one: coalesce(named[one], one)) as others
    from events
    left join names using (entity_id)
    left join before.{MART}.entities as old_names using (entity_id)
    cross join (select map_from_entries(list((entity_id, entity_name))) as named from names)
"""  # noqa: S608

_SIZES = f"""
    select
        (select count(*) from before.{MART}.entities) as entities_before,
        (select count(*) from after.{MART}.entities) as entities_after
"""  # noqa: S608
