"""Applies a filled-in sheet of review: all of its decisions, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orchestrate.contracts.maintenance import ReviewImport
from orchestrate.errors import UsageError
from orchestrate.maintain.corrections import Decision, Seeds, correction
from orchestrate.review.decisions import (
    AlreadyDecidedError,
    Desk,
    Planned,
    Wanted,
    about_pair,
    pair_decision,
    plan_decision,
    signed,
)
from orchestrate.review.journal import Kind
from orchestrate.review.sheet_reading import WORDS, Filled, SheetError, read_filled
from orchestrate.review.sheets import CELL_KEYS, PAIR_KEYS
from orchestrate.seeds.files import SeedError
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import connect

KINDS: Mapping[str, Kind] = {"must_match": "one place", "cannot_match": "two places"}


def import_sheet(path: Path, desk: Desk, published: Path, author: str, replaces: bool) -> ReviewImport:
    """Write the decisions of a sheet. `author` signs the rows without a name. Raises SheetError, and writes nothing."""
    filled = read_filled(path)
    known = _known_records(published)
    already = 0

    def plan(seeds: Seeds) -> list[Planned]:
        nonlocal already
        faults: list[str] = []
        planned: list[Planned] = []
        decided: dict[frozenset[str], str] = {}
        for row in filled:
            if earlier := decided.get(_key(row)):
                faults.append(f"{row.where}: {earlier} decides the same.")
                continue
            decided[_key(row)] = row.where
            if _stands(row, seeds):
                already += 1
                continue
            try:
                planned.append(plan_decision(seeds, _wanted(row, author, published, known, replaces)))
            except AlreadyDecidedError as error:
                faults.append(f"{row.where}: {error} To decide otherwise, add --replace.")
            except UsageError as error:
                faults.append(row.fault(_column(row, error), str(error)))
        if faults:
            raise SheetError(path, faults)
        return planned

    try:
        entries = desk.record_all(plan)
    except SeedError as error:
        raise SheetError(path, [f"The decisions contradict each other or earlier ones: {error.faults[0]}"]) from None
    return ReviewImport(written=len(entries), already=already)


def _key(row: Filled) -> frozenset[str]:
    """What the row decides."""
    columns = PAIR_KEYS if row.kind == "pairs" else CELL_KEYS
    return frozenset(row.cells[column] for column in columns)


def _stands(row: Filled, seeds: Seeds) -> bool:
    """Whether the seeds say the same already, as after a sheet that is imported twice."""
    if row.kind == "pairs":
        rows = about_pair(seeds, *(row.cells[key] for key in PAIR_KEYS))
        return any(other.cells["decision"] == WORDS[row.cells["decision"].casefold()] for other in rows)
    named = tuple(row.cells[name] for name in (*CELL_KEYS, "right_value"))
    return any(
        tuple(other.cells[name] for name in (*CELL_KEYS, "value")) == named for other in seeds["manual_overrides"].rows
    )


class _UnknownRecordError(UsageError):
    def __init__(self, column: str, key: str) -> None:
        super().__init__(f'there is no record "{key}" among the published ones.')
        self.column = column


def _column(row: Filled, error: UsageError) -> str:
    if isinstance(error, _UnknownRecordError):
        return error.column
    if "needs your name" in str(error):
        return "author"
    return "decision" if row.kind == "pairs" else "right_value"


def _wanted(row: Filled, author: str, published: Path, known: set[str], replaces: bool) -> Wanted:
    by = signed(row.cells["author"] or author, row.cells["reason"])
    if row.kind == "pairs":
        for column in PAIR_KEYS:
            if row.cells[column] not in known:
                raise _UnknownRecordError(column, row.cells[column])
        answer = WORDS[row.cells["decision"].casefold()]
        left, right = (row.cells[key] for key in PAIR_KEYS)
        return Wanted(KINDS[answer], f"{left} / {right}", pair_decision(left, right, answer, by), replaces_any=replaces)
    entity, field, value = (row.cells[name] for name in (*CELL_KEYS, "right_value"))

    def decide(seeds: Seeds) -> Decision:
        return correction(published, seeds, entity, field, value, by, until_source_changes=False)

    return Wanted("correct", f"{field} is {value}", decide, replaces_any=replaces)


def _known_records(published: Path) -> set[str]:
    check_was_built(published)
    with connect(published, read_only=True) as marts:
        return {key for (key,) in marts.execute("select record_key from marts.entity_records").fetchall()}
