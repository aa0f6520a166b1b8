"""Measures survivorship against known right values: `trigpoint eval survivorship`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from orchestrate.contracts.learning.survivorship import (
    SimplePolicies,
    SurvivorshipEvaluation,
    SurvivorshipScores,
    WrongCell,
)
from orchestrate.learn.eval_matching import build_models, scratch_warehouse
from orchestrate.learn.gold.files import read_gold, read_records
from orchestrate.learn.gold.judging import JudgedCell, accuracy_of, is_right, judge_cells, scores
from orchestrate.learn.gold.landing import GOLD_VALUES, land_gold


async def evaluate_survivorship(records: Path, gold: Path) -> SurvivorshipEvaluation:
    """Merge the records of known places with the project's own models and compare the cells with the right values.

    The file says which records are one place, so that a mistake of matching does not count. Raises UsageError for a
    file that cannot be used.
    """
    async with scratch_warehouse() as (warehouse, dbt):
        read_records(warehouse.connection, records)
        read_gold(warehouse.connection, gold)
        ((counted, places),) = warehouse.connection.execute(
            "select count(*), count(distinct place_id) from gold_records"
        ).fetchall()
        land_gold(warehouse.connection)
        built = await build_models(warehouse, dbt, "--selector=survivorship")
        read_records(warehouse.connection, records)  # again: temporary tables end with their connection
        read_gold(warehouse.connection, gold)
        warehouse.connection.execute(GOLD_VALUES)
        return _evaluation(judge_cells(warehouse.connection), counted, places, built.seconds)


def _evaluation(cells: Sequence[JudgedCell], records: int, places: int, seconds: float) -> SurvivorshipEvaluation:
    return SurvivorshipEvaluation(
        **dict(scores(cells)),
        records=records,
        places=places,
        fields=_scores_by(cells, lambda cell: cell.field_name),
        kinds=_scores_by(cells, lambda cell: cell.kind),
        policies=SimplePolicies(
            newest=accuracy_of(cells, lambda cell: cell.newest),
            majority=accuracy_of(cells, lambda cell: cell.majority),
        ),
        mistakes=tuple(_mistake(cell) for cell in cells if not is_right(cell, cell.golden)),
        build_seconds=round(seconds, 1),
    )


def _scores_by(cells: Sequence[JudgedCell], key: Callable[[JudgedCell], str | None]) -> dict[str, SurvivorshipScores]:
    named = sorted({name for cell in cells if (name := key(cell))})
    return {name: scores(cell for cell in cells if key(cell) == name) for name in named}


def _mistake(cell: JudgedCell) -> WrongCell:
    return WrongCell(
        place_id=cell.place_id,
        field=cell.field_name,
        found="; ".join(value.text for value in cell.golden) or None,
        source=cell.source_name,
        right=tuple(dict.fromkeys(value.text for value in cell.accepted)),
    )
