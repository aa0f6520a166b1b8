"""Measures the calibration of confidence: compares every golden cell of the sandbox with the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from orchestrate.contracts.learning.evaluation import ConfidenceEvaluation
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import SANDBOX, SANDBOX_TRUTH, build_matching, build_sandbox, scratch_warehouse
from orchestrate.learn.labelled_pairs import calibration_scores, judge_pairs, predictions
from orchestrate.learn.statistics.calibration import Prediction
from orchestrate.store.sql_macros import rendered_sql

# How a cell is compared: coordinates by distance, opening hours by the stated days, lists by their items, and other
# fields by the normalised value.
JUDGED_CELLS = """
with places as (

    -- The place of an entity is the place of most of its records.
    select
        record_entities.entity_id,
        truth.place_id,
        row_number() over (
            partition by record_entities.entity_id order by count(*) desc, truth.place_id
        ) as place_rank
    from intermediate.int_record_entities as record_entities
    inner join truth
        on record_entities.record_key = truth.source_name || ':' || truth.source_record_id
    where truth.place_id is not null
    group by record_entities.entity_id, truth.place_id

),

known as (

    select
        place_id,
        field_name,
        coalesce(list(value) filter (where value is not null), []) as true_list,
        any_value(value) as true_value
    from true_values
    group by place_id, field_name

),

points as (

    select
        entity_id,
        max(value::double) filter (where field_name = 'latitude') as latitude,
        max(value::double) filter (where field_name = 'longitude') as longitude
    from intermediate.int_golden_cells
    where is_current and field_name in ('latitude', 'longitude')
    group by entity_id

),

true_points as (

    select
        place_id,
        max(value::double) filter (where field_name = 'latitude') as latitude,
        max(value::double) filter (where field_name = 'longitude') as longitude
    from true_values
    where field_name in ('latitude', 'longitude')
    group by place_id

),

off_by as (

    select
        places.entity_id,
        {{ metres_between('points.latitude', 'points.longitude', 'true_points.latitude', 'true_points.longitude') }}
            as metres
    from places
    inner join points
        on places.entity_id = points.entity_id
    inner join true_points
        on places.place_id = true_points.place_id
    where places.place_rank = 1

)

select
    places.place_id,
    cells.entity_id,
    cells.field_name,
    cells.posterior,
    cells.confidence_cap as cap,
    cells.confidence,
    coalesce(
        case
            when cells.field_name in ('latitude', 'longitude') then off_by.metres <= {{ var('same_address_metres') }}
            when cells.field_name = 'opening_hours' then json_contains(known.true_value, cells.value)
            when cells.strategy = 'union' then list_has_all(known.true_list, cells.list_of_values)
            else {{ normalised_value('cells.field_name', 'cells.value') }}
                = {{ normalised_value('cells.field_name', 'known.true_value') }}
        end, false
    ) as is_right
from intermediate.int_golden_cells as cells
inner join places
    on cells.entity_id = places.entity_id and places.place_rank = 1
inner join known
    on places.place_id = known.place_id and cells.field_name = known.field_name
left join off_by
    on cells.entity_id = off_by.entity_id
where cells.is_current and cells.strategy is distinct from 'derived'
order by cells.field_name, cells.entity_id
"""


@dataclass(frozen=True)
class JudgedCell:
    """A golden cell of a known place: its confidence, and whether it is right."""

    place_id: str
    entity_id: str
    field_name: str
    posterior: float  # before calibration
    cap: float
    confidence: float
    is_right: bool


async def evaluate_confidence(records: Path | None = None, pairs: Path | None = None) -> ConfidenceEvaluation:
    """Build the sandbox in a scratch warehouse and compare its golden cells with the truth.

    With files of records and labelled pairs, also compare the match probability of each pair with its label. Raises
    UsageError for one file without the other, or for an unreadable file.
    """
    if (records is None) != (pairs is None):
        raise UsageError("Give --records and --pairs together: the pairs refer to the records.")
    predicted_pairs = await judge_labelled(records, pairs) if records and pairs else []
    return confidence_scores(await judge_sandbox(), predicted_pairs)


async def judge_sandbox() -> list[JudgedCell]:
    async with scratch_warehouse() as (warehouse, dbt):
        await build_sandbox(warehouse, dbt)
        return await asyncio.to_thread(judge_cells, warehouse.connection)


def judge_cells(connection: duckdb.DuckDBPyConnection) -> list[JudgedCell]:
    """Every golden cell with a known true value."""
    _read_truth(connection, "truth", SANDBOX_TRUTH)
    _read_truth(connection, "true_values", SANDBOX / "true_values.csv")
    return [JudgedCell(*row) for row in connection.execute(rendered_sql(JUDGED_CELLS)).fetchall()]


def _read_truth(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    connection.execute(
        f"create or replace temp table {table} as from read_csv(?, header = true, all_varchar = true)",
        [str(path)],
    )


def confidence_scores(cells: Sequence[JudgedCell], pairs: Sequence[Prediction] = ()) -> ConfidenceEvaluation:
    """The scores of all cells and of each field. `cells` must be sorted by field."""
    fields = groupby(cells, lambda cell: cell.field_name)
    return ConfidenceEvaluation(
        **dict(calibration_scores([prediction(cell) for cell in cells])),
        fields={name: calibration_scores([prediction(cell) for cell in inside]) for name, inside in fields},
        pairs=calibration_scores(pairs) if pairs else None,
    )


def prediction(cell: JudgedCell) -> Prediction:
    return Prediction(cell.confidence, cell.is_right)


async def judge_labelled(records: Path, pairs: Path) -> list[Prediction]:
    """The match probability and the label of each pair. A pair that was not compared has the probability 0."""
    async with scratch_warehouse() as (warehouse, dbt):
        await build_matching(warehouse, dbt, records, pairs)
        return predictions(judge_pairs(warehouse.connection))
