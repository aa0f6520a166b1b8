"""Writes a reviewer's decisions to the seeds at once, and undoes them.

A decision on something that is already decided is refused with the words of the other person. The reviewer may then
replace that decision by name: `replaces` is the mark of the rows that were shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.maintain.corrections import Decision, Seeds, Signed
from orchestrate.review.journal import Change, Entry, Journal, Kind, new_entry
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.files import SeedRow, read_seed_file
from orchestrate.seeds.writing import (
    change_seed,
    check_can_write_seed,
    lines_of,
    seeds_locked,
    take_back,
)

# What a decision is made by. All seeds are checked after it is written.
SEEDS_OF_DECISIONS = ("match_overrides", "manual_overrides", "sources", "field_strategies", "taxonomy", "areas")
ONE, TWO = "must_match", "cannot_match"
ANSWERS = {ONE: "one place", TWO: "two places"}

Decide = Callable[[Seeds], Decision]


class AlreadyDecidedError(UsageError):
    """Another decision about the same thing stands."""

    def __init__(self, rows: Sequence[SeedRow]) -> None:
        self.rows = tuple(row.cells for row in rows)
        self.mark = mark_of(self.rows)
        super().__init__(" ".join(sentence_of(cells) for cells in self.rows))


def mark_of(rows: Sequence[Mapping[str, str]]) -> str:
    """Names rows by their content: a decision replaces only what its author has seen."""
    return hashlib.sha256(json.dumps([dict(row) for row in rows], sort_keys=True).encode()).hexdigest()[:16]


def sentence_of(cells: Mapping[str, str]) -> str:
    """The decision of a row of a seed, in words."""
    by, day = cells["author"] or "A person without a name", cells["decided_on"]
    because = f": {cells['reason']}" if cells["reason"] else ""
    if "decision" in cells:
        pair = f"{cells['left_record_key']} and {cells['right_record_key']}"
        return f"{by} decided on {day} that {pair} are {ANSWERS[cells['decision']]}{because}."
    return f"{by} decided on {day} that {cells['field_name']} is {cells['value']}{because}."


def signed(author: str, reason: str) -> Signed:
    """The name and reason of a decision. Raises UsageError if one is missing."""
    for what, text in (("your name", author), ("a reason", reason)):
        if not text.strip():
            raise UsageError(f"A decision needs {what}.")
    return Signed(reason, author)


def pair_decision(left: str, right: str, answer: str, by: Signed) -> Decide:
    """The decision about two records: `must_match` or `cannot_match`."""
    if answer not in ANSWERS:
        raise UsageError(f"There is no answer {answer!r}; it is {ONE} or {TWO}.")

    def decide(seeds: Seeds) -> Decision:
        row = {"left_record_key": left, "right_record_key": right, "decision": answer, **by.as_row()}
        lines = tuple(other.line for other in about_pair(seeds, left, right))
        return Decision("join" if answer == ONE else "split", "match_overrides", (row,), (), lines)

    return decide


def about_pair(seeds: Seeds, left: str, right: str) -> list[SeedRow]:
    """The rows of `match_overrides` about two records, whichever comes first."""
    return [row for row in seeds["match_overrides"].rows if _pair(row.cells) == frozenset((left, right))]


def _pair(cells: Mapping[str, str]) -> frozenset[str]:
    return frozenset((cells["left_record_key"], cells["right_record_key"]))


@dataclass(frozen=True)
class Wanted:
    """A decision to write."""

    kind: Kind
    about: str
    decide: Decide
    replaces: str = ""  # the mark of the decision that it replaces
    replaces_any: bool = False


@dataclass(frozen=True)
class Planned:
    """A wanted decision, with the rows that it adds and those that it replaces."""

    wanted: Wanted
    decision: Decision
    standing: tuple[SeedRow, ...]

    def entry(self) -> Entry:
        first = self.decision.rows[0]
        removed = tuple(row.cells for row in self.standing)
        change = Change(seed=self.decision.seed, added=self.decision.rows, removed=removed)
        return new_entry(self.wanted.kind, self.wanted.about, first["author"], first["reason"], change)


class Desk:
    """Where decisions are written: the seeds, and the journal beside the data."""

    def __init__(self, seeds_dir: Path, journal: Journal) -> None:
        self.seeds_dir = seeds_dir
        self.journal = journal

    def record(self, wanted: Wanted) -> Entry:
        """Write a decision. Raises AlreadyDecidedError, or SeedError if it contradicts other decisions."""
        (entry,) = self.record_all(lambda seeds: [plan_decision(seeds, wanted)])
        return entry

    def record_all(self, plan: Callable[[Seeds], Sequence[Planned]]) -> list[Entry]:
        """Write every decision of the plan, or none. The plan is made by the seeds as they are under the lock."""
        with seeds_locked(self.seeds_dir):
            seeds = {name: read_seed_file(self.seeds_dir / f"{name}.csv") for name in SEEDS_OF_DECISIONS}
            planned = [_with_all_columns(one, seeds) for one in plan(seeds)]
            changes = [(seeds[name].path, *_change(name, planned)) for name in sorted(_seeds_of(planned))]
            return self._write(changes, [one.entry() for one in planned])

    def undo(self, entry_id: str, author: str) -> Entry:
        """Take a decision back. What it replaced stands again. Raises UsageError if its rows are no longer there."""
        with seeds_locked(self.seeds_dir):
            entry = next((one for one in self.journal.standing() if one.id == entry_id), None)
            if entry is None:
                raise UsageError("This decision was already undone.")
            seed = self.seeds_dir / f"{entry.change.seed}.csv"
            lines = lines_of(seed, entry.change.added)
            if len(lines) != len(entry.change.added):
                raise UsageError(
                    f"Somebody has changed or removed this decision in {seed.name} since. Undo it there, by hand."
                )
            back = Change(seed=entry.change.seed, added=entry.change.removed, removed=entry.change.added)
            undone = new_entry("undo", entry.about, author.strip() or entry.author, "", back, entry.id)
            self._write([(seed, entry.change.removed, lines)], [undone])
            return undone

    def _write(self, changes: Sequence[SeedChange], entries: list[Entry]) -> list[Entry]:
        """Change the seeds and write the entries: all or nothing. The caller holds the lock."""
        for seed, _, _ in changes:
            check_can_write_seed(seed)
        with ExitStack() as undoing:
            for seed, rows, lines in changes:
                undoing.callback(take_back, change_seed(seed, rows, lines))
            check_seeds(self.seeds_dir)
            self.journal.append(entries)
            undoing.pop_all()
        return entries


SeedChange = tuple[Path, Sequence[Mapping[str, str]], Collection[int]]  # the seed, the new rows, the lines that go


def plan_decision(seeds: Seeds, wanted: Wanted) -> Planned:
    """Raises AlreadyDecidedError if the decision would replace one that its author has not seen."""
    decision = wanted.decide(seeds)
    standing = _standing(seeds, decision)
    if standing and not wanted.replaces_any and mark_of([row.cells for row in standing]) != wanted.replaces:
        raise AlreadyDecidedError(standing)
    if not decision.rows:
        raise UsageError("This is already decided. The next build carries it out.")
    return Planned(wanted, decision, tuple(standing))


def _standing(seeds: Seeds, decision: Decision) -> list[SeedRow]:
    """The rows that the decision would replace, or repeat."""
    rows = seeds[decision.seed].rows
    pairs = {_pair(row) for row in decision.rows} if decision.seed == "match_overrides" else set()
    return [row for row in rows if row.line in decision.replaced_lines or (pairs and _pair(row.cells) in pairs)]


def _with_all_columns(planned: Planned, seeds: Seeds) -> Planned:
    columns = seeds[planned.decision.seed].columns
    rows = tuple({column: row.get(column, "") for column in columns} for row in planned.decision.rows)
    return replace(planned, decision=replace(planned.decision, rows=rows))


def _seeds_of(planned: Sequence[Planned]) -> set[str]:
    return {one.decision.seed for one in planned}


def _change(name: str, planned: Sequence[Planned]) -> tuple[list[Mapping[str, str]], set[int]]:
    """What the plan has for one seed: the new rows, and the lines that go."""
    of_seed = [one for one in planned if one.decision.seed == name]
    rows: list[Mapping[str, str]] = [row for one in of_seed for row in one.decision.rows]
    return rows, {row.line for one in of_seed for row in one.standing}
