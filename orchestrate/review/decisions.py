"""Writes a reviewer's decisions to the seeds at once, and undoes them.

A decision on something that is already decided is refused with the words of the other person. The reviewer may then
replace that decision by name: `replaces` is the mark of the rows that were shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orchestrate.errors import UsageError
from orchestrate.maintain.corrections import Decision, Seeds, Signed
from orchestrate.review.journal import Entry, Journal, Kind, new_entry
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.files import SeedRow, read_seed_file
from orchestrate.seeds.writing import (
    Written,
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


class Desk:
    """Where decisions are written: the seeds, and the journal beside the data."""

    def __init__(self, seeds_dir: Path, journal: Journal) -> None:
        self.seeds_dir = seeds_dir
        self.journal = journal

    def record(self, kind: Kind, about: str, decide: Decide, replaces: str = "") -> Entry:
        """Write a decision. Raises AlreadyDecidedError, or SeedError if it contradicts other decisions."""
        with seeds_locked(self.seeds_dir):
            seeds = {name: read_seed_file(self.seeds_dir / f"{name}.csv") for name in SEEDS_OF_DECISIONS}
            decision = decide(seeds)
            standing = _standing(seeds, decision)
            if standing and mark_of([row.cells for row in standing]) != replaces:
                raise AlreadyDecidedError(standing)
            if not decision.rows:
                raise UsageError("This is already decided. The next build carries it out.")
            lines = [row.line for row in standing]
            author, reason = (decision.rows[0][name] for name in ("author", "reason"))
            return self._write(
                seeds[decision.seed].path,
                decision.rows,
                lines,
                lambda written: new_entry(kind, about, author, reason, written),
            )

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
            by = author.strip() or entry.author
            return self._write(
                seed,
                entry.change.removed,
                lines,
                lambda written: new_entry("undo", entry.about, by, "", written, entry.id),
            )

    def _write(
        self,
        seed: Path,
        rows: Sequence[Mapping[str, str]],
        without_lines: Sequence[int],
        entry_of: Callable[[Written], Entry],
    ) -> Entry:
        """Change the seed and write the entry: both or neither."""
        check_can_write_seed(seed)
        written = change_seed(seed, rows, without_lines)
        try:
            check_seeds(self.seeds_dir)
            entry = entry_of(written)
            self.journal.append(entry)
        except BaseException:
            take_back(written)
            raise
        return entry


def _standing(seeds: Seeds, decision: Decision) -> list[SeedRow]:
    """The rows that the decision would replace, or repeat."""
    rows = seeds[decision.seed].rows
    pairs = {_pair(row) for row in decision.rows} if decision.seed == "match_overrides" else set()
    return [row for row in rows if row.line in decision.replaced_lines or (pairs and _pair(row.cells) in pairs)]
