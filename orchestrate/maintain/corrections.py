"""A steward's decisions: a value (`correct`), two entities are one (`join`), or one entity is two (`split`).

A decision is a row of a seed. Trigpoint writes the row, builds, publishes, and shows the changes. If a step fails, it
removes the row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.changes import DecisionReport
from orchestrate.contracts.explain import EntityName
from orchestrate.contracts.run import OverrideReview
from orchestrate.errors import UsageError
from orchestrate.explain.entity_lookup import find_entity
from orchestrate.explain.run_diff import LATEST, PREVIOUS, diff_runs
from orchestrate.maintain.rebuild import open_for_maintenance, rebuild
from orchestrate.run.progress.events import OnStep
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.files import SeedFile, SeedRow, closed_lists, nearest, shown
from orchestrate.seeds.writing import Written, change_seed, check_can_write_seed, csv_lines, seeds_locked, take_back
from orchestrate.settings import Settings
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

SHOWN_RECORDS = 12

Row = dict[str, str]
Seeds = Mapping[str, SeedFile]


@dataclass(frozen=True)
class Decision:
    """The rows to write, and their intended effect."""

    command: Literal["correct", "join", "split"]
    seed: str
    rows: tuple[Row, ...]
    entities: tuple[EntityName, ...]  # the entities of the decision, as they are published now
    replaced_lines: tuple[int, ...] = ()
    value: str | None = None  # the corrected value, as it will be published
    value_now: str | None = None


@dataclass(frozen=True)
class Signed:
    """The author of a decision, and the reason."""

    reason: str
    author: str

    def as_row(self) -> Row:
        reason, author = (" ".join(text.split()) for text in (self.reason, self.author))
        return {"reason": reason, "author": author, "decided_on": f"{utc_now():%Y-%m-%d}"}


# --- decisions ------------------------------------------------------------------------------------------------


def correction(
    published: Path, seeds: Seeds, entity: str, field: str, value: str, signed: Signed, until_source_changes: bool
) -> Decision:
    """The decision to correct a value. Raises UsageError for an unknown entity or field, or an unreadable value."""
    from orchestrate.seeds.override_values import UnreadableValueError, default_country, read_value

    fields = [row.cells["field_name"] for row in seeds["field_strategies"].rows]
    if field not in fields:
        raise UsageError(f"There is no field {shown(field)}; {nearest(field, fields)}")
    with _open(published) as marts:
        found, _ = find_entity(marts, entity)
        located = marts.execute("select country from marts.entities where entity_id = ?", [found.entity_id]).fetchall()
        now = marts.execute(
            "select value from marts.entity_history where entity_id = ? and field_name = ? and valid_to is null",
            [found.entity_id, field],
        ).fetchall()
    default = default_country(seeds)
    country = located[0][0] or default if located else default
    try:
        read = read_value(field, value, closed_lists(seeds), country)
    except UnreadableValueError as error:
        raise UsageError(f"{field}: {error}") from None
    if country != default and field == "phone":
        value = read  # the seed is read in the default country, so a national number would be another one
    earlier = _earlier(seeds, found.entity_id, field, value)
    row = {
        "override_id": _free_id(seeds["manual_overrides"], earlier, f"{found.slug}-{field}"),
        "entity_id": found.entity_id,
        "field_name": field,
        "value": " ".join(value.split()),
        **signed.as_row(),
        "retire_when_source_changes": "true" if until_source_changes else "false",
    }
    replaced = tuple(other.line for other in earlier)
    return Decision("correct", "manual_overrides", (row,), (found,), replaced, read, now[0][0] if now else None)


def _earlier(seeds: Seeds, entity_id: str, field: str, value: str) -> list[SeedRow]:
    """The earlier corrections of the same cell, which the new one replaces. In a list field each item has its own."""
    rows = [
        row
        for row in seeds["manual_overrides"].rows
        if (row.cells["entity_id"], row.cells["field_name"]) == (entity_id, field)
    ]
    strategy = {row.cells["field_name"]: row.cells["strategy"] for row in seeds["field_strategies"].rows}[field]
    if any(row.cells["value"] == " ".join(value.split()) for row in rows):
        raise UsageError(f"{field} is already corrected to {shown(value)}, in {rows[0].cells['override_id']}.")
    return [] if strategy == "union" else rows


def _free_id(seed: SeedFile, leaving: Sequence[SeedRow], wanted: str) -> str:
    taken = {row.cells["override_id"] for row in seed.rows} - {row.cells["override_id"] for row in leaving}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def joining(published: Path, seeds: Seeds, one: str, other: str, signed: Signed) -> Decision:
    """The decision to join. Raises UsageError if the two are already one, or if another decision forbids it."""
    texts = {row.cells["source_name"] for row in seeds["sources"].rows if row.cells["is_structured"] == "false"}
    with _open(published) as marts:
        (left, left_keys), (right, right_keys) = (_entity_and_members(marts, named, texts) for named in (one, other))
    if left.entity_id == right.entity_id:
        raise UsageError(f"{one} and {other} are already one entity: {left.slug} ({left.entity_id}).")
    _refuse_against(seeds, "cannot_match", left_keys, right_keys, "are two places")
    row = {"left_record_key": left_keys[0], "right_record_key": right_keys[0], "decision": "must_match"}
    return Decision("join", "match_overrides", ({**row, **signed.as_row()},), (left, right))


def splitting(published: Path, seeds: Seeds, entity: str, records: Sequence[str], signed: Signed) -> Decision:
    """The decision to split. Raises UsageError for records of another entity, or if another decision forbids it."""
    with _open(published) as marts:
        found, _ = find_entity(marts, entity)
        held = dict(
            marts.execute(
                "select record_key, match_role from marts.entity_records where entity_id = ? order by record_key",
                [found.entity_id],
            ).fetchall()
        )
    leaving = list(dict.fromkeys(records))
    for key in leaving:
        if key not in held:
            listed = ", ".join(list(held)[:SHOWN_RECORDS]) + (", ..." if len(held) > SHOWN_RECORDS else "")
            raise UsageError(f"{found.slug} has no record {shown(key)}. Its records are {listed}.")
        if held[key] == "part":
            raise UsageError(f"{key} is a sub-venue of {found.slug}. It always belongs to the venue at its location.")
    staying = [key for key, role in held.items() if role == "member" and key not in leaving]
    if not staying:
        raise UsageError(f"These are all records of {found.slug}. Name only those that are another place.")
    _refuse_against(seeds, "must_match", leaving, staying, "are one place")
    cells = [row.cells for row in seeds["match_overrides"].rows]
    decided = {frozenset((pair["left_record_key"], pair["right_record_key"])) for pair in cells}
    pairs = [(key, other, "cannot_match") for key in leaving for other in staying]
    pairs += [(leaving[0], other, "must_match") for other in leaving[1:]]
    rows = [
        {"left_record_key": left, "right_record_key": right, "decision": decision, **signed.as_row()}
        for left, right, decision in pairs
        if frozenset((left, right)) not in decided
    ]
    return Decision("split", "match_overrides", tuple(rows), (found,))


def _entity_and_members(
    marts: duckdb.DuckDBPyConnection, named: str, texts: Collection[str]
) -> tuple[EntityName, list[str]]:
    """An entity by id, slug, name or the key of one of its records, and the keys of its member records.

    The named record comes first, then the records of structured sources: a search may not find a page again.
    """
    of_record = query_rows(marts, "select entity_id from marts.entity_records where record_key = ?", [named])
    found, _ = find_entity(marts, of_record[0]["entity_id"] if of_record else named)
    members = marts.execute(
        "select record_key from marts.entity_records where entity_id = ? and match_role = 'member' "
        "order by record_key != ?, list_contains(?, source_name), record_key",
        [found.entity_id, named, sorted(texts)],
    ).fetchall()
    return found, [key for (key,) in members]


def _refuse_against(seeds: Seeds, decision: str, ones: Sequence[str], others: Sequence[str], relation: str) -> None:
    for row in seeds["match_overrides"].rows:
        left, right = row.cells["left_record_key"], row.cells["right_record_key"]
        crosses = (left in ones and right in others) or (left in others and right in ones)
        if crosses and row.cells["decision"] == decision:
            by = row.cells["author"] or "a person"
            raise UsageError(
                f"{by} decided on {row.cells['decided_on']} that {left} and {right} {relation} "
                f"(match_overrides.csv, line {row.line}). Remove that row first."
            )


def _open(published: Path) -> duckdb.DuckDBPyConnection:
    check_was_built(published)
    return connect(published, read_only=True)


# --- execution ------------------------------------------------------------------------------------------------


async def carry_out(
    settings: Settings,
    seeds_dir: Path,
    decide: Callable[[Seeds], Decision],
    is_dry: bool,
    on_wait: Callable[[str], object],
    on_step: OnStep | None = None,
) -> DecisionReport:
    """Write the rows, build, publish, and report the changes. With `is_dry`, only report what would be written.

    Raises GateError if a data test fails. The seed and the published file are then unchanged.
    """
    seeds = check_seeds(seeds_dir)
    decision = decide(seeds)
    seed = seeds[decision.seed].path
    report = _report(decision, seeds[decision.seed], is_dry)
    if is_dry:
        return report
    check_can_write_seed(seed)
    async with open_for_maintenance(settings, decision.command, on_wait) as warehouse:
        decision, written = _write(seeds_dir, decide)
        try:
            entities = (await rebuild(warehouse, settings, decision.command, on_step)).entities
        except BaseException:
            with seeds_locked(seeds_dir):
                take_back(written)
            raise
    return report.model_copy(
        update={
            "lines": written.lines,
            "entities_published": entities,
            "diff": diff_runs(settings.published_path, PREVIOUS, LATEST),
            "without_effect": _without_effect(settings.published_path, decision),
        }
    )


def _write(seeds_dir: Path, decide: Callable[[Seeds], Decision]) -> tuple[Decision, Written]:
    """Decide by the seeds as they are under the lock, because another person may have decided since."""
    with seeds_locked(seeds_dir):
        seeds = check_seeds(seeds_dir)
        decision = decide(seeds)
        return decision, change_seed(seeds[decision.seed].path, decision.rows, decision.replaced_lines)


def _report(decision: Decision, seed: SeedFile, is_dry: bool) -> DecisionReport:
    return DecisionReport(
        command=decision.command,
        is_dry_run=is_dry,
        seed=str(seed.path),
        rows=tuple(csv_lines(decision.rows, seed.columns)),
        replaced_lines=decision.replaced_lines,
        entities=decision.entities,
        value=decision.value,
        value_now=decision.value_now,
    )


def _without_effect(published: Path, decision: Decision) -> tuple[OverrideReview, ...]:
    """The rows of this decision that have no effect, from the published file."""
    named = [
        row.get("override_id") or " ".join((row["decision"], row["left_record_key"], row["right_record_key"]))
        for row in decision.rows
    ]
    with _open(published) as marts:
        reviews = query_rows(
            marts,
            "from marts.override_reviews where list_contains($1::varchar[], override_id) order by override_id",
            [named],
        )
    return tuple(OverrideReview(**review) for review in reviews)
