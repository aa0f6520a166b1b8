"""Compares the golden cells of known places with their right values, and so two simple choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb

from orchestrate.contracts.learning.survivorship import SurvivorshipScores
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.sql_macros import rendered_sql


class Value(NamedTuple):
    text: str
    normalised: str | None  # as the models compare it


@dataclass(frozen=True)
class JudgedCell:
    """A cell whose right value is known, with what was chosen for it."""

    place_id: str
    field_name: str
    kind: str | None
    accepted: tuple[Value, ...]  # none: the place has no such value
    golden: tuple[Value, ...]  # several in a list field
    source_name: str | None
    newest: tuple[Value, ...]
    majority: tuple[Value, ...]
    metres_per_degree: float = 0.0  # of a coordinate


# The right values as the readers read them, as they are written, and as the named record states them.
CELLS = """
with claims as (

    select
        entity_id,
        record_key,
        field_name,
        value,
        value_normalised,
        source_name,
        coalesce(source_updated_at, fetched_at) as stated_at
    from intermediate.int_record_claims
    where replaced_at is null and not is_placeholder

),

accepted as (

    select gold_values.row_no, claims.value, claims.value_normalised
    from gold_values
    inner join claims
        on claims.entity_id = 'right value:' || gold_values.gold_no and gold_values.field = claims.field_name
    union all
    select row_no, value, {{ normalised_value('field', 'value') }} as value_normalised
    from gold_values
    union all
    select gold_rows.row_no, claims.value, claims.value_normalised
    from gold_rows
    inner join claims
        on
            claims.record_key = gold_rows.source || ':' || gold_rows.source_record_id
            and gold_rows.field = claims.field_name
    where gold_rows.value is null

),

cells as (

    select
        gold_rows.place_id,
        gold_rows.field as field_name,
        any_value(gold_rows.kind order by gold_rows.row_no) as kind,
        list((accepted.value, accepted.value_normalised) order by gold_rows.row_no, accepted.value)
            filter (where accepted.value is not null) as accepted
    from gold_rows
    left join accepted
        on gold_rows.row_no = accepted.row_no
    group by gold_rows.place_id, gold_rows.field

),

golden as (

    select
        entity_id,
        field_name,
        source_name,
        list_transform(list_of_values, lambda value: (value, {{ normalised_value('field_name', 'value') }})) as chosen
    from intermediate.int_golden_cells
    where is_current

),

counted as (

    select
        *,
        count(*) over (partition by entity_id, field_name, value_normalised) as records
    from claims

),

simple as (

    select
        entity_id,
        field_name,
        first((value, value_normalised) order by stated_at desc, source_name, record_key) as newest,
        first((value, value_normalised) order by records desc, stated_at desc, source_name, record_key) as majority
    from counted
    group by entity_id, field_name

)

select
    cells.place_id,
    cells.field_name,
    cells.kind,
    cells.accepted,
    golden.chosen,
    golden.source_name,
    [simple.newest] as newest,
    [simple.majority] as majority,
    111320 * if(cells.field_name = 'longitude', cos(radians(coalesce(latitudes.chosen[1][1]::double, 0))), 1)
        as metres_per_degree
from cells
left join golden as latitudes
    on cells.place_id = latitudes.entity_id and latitudes.field_name = 'latitude'
left join golden
    on cells.place_id = golden.entity_id and cells.field_name = golden.field_name
left join simple
    on cells.place_id = simple.entity_id and cells.field_name = simple.field_name
order by cells.field_name, cells.place_id
"""


def judge_cells(connection: duckdb.DuckDBPyConnection) -> list[JudgedCell]:
    """Every cell of `gold_rows` with its golden value. Needs the golden cells of the landed places."""
    rows = connection.execute(rendered_sql(CELLS)).fetchall()
    return [
        JudgedCell(
            place, field, kind, _values(accepted), _values(golden), source, _values(newest), _values(majority), m
        )
        for place, field, kind, accepted, golden, source, newest, majority, m in rows
    ]


def _values(pairs: Sequence[Any] | None) -> tuple[Value, ...]:
    found = (pair if isinstance(pair, tuple) else tuple(pair.values()) for pair in pairs or () if pair is not None)
    return tuple(Value(*pair) for pair in found)


def is_right(cell: JudgedCell, chosen: tuple[Value, ...]) -> bool:
    """Whether every chosen value is accepted. Where the place has no value, nothing may be chosen."""
    if not cell.accepted or not chosen:
        return bool(cell.accepted) == bool(chosen)
    return all(any(_is_same(cell, value, right) for right in cell.accepted) for value in chosen)


def _is_same(cell: JudgedCell, value: Value, right: Value) -> bool:
    if cell.field_name in ("latitude", "longitude"):
        metres = abs(float(value.text) - float(right.text)) * cell.metres_per_degree
        return metres <= float(project_vars()["same_address_metres"])
    # A name in capitals is not how the place writes itself, unless it does.
    return value.normalised == right.normalised and not (is_shouted(value.text) and not is_shouted(right.text))


def is_shouted(text: str) -> bool:
    """Whether a text of more than a few letters is in capitals."""
    return text.isupper() and sum(map(str.isalpha, text)) > 4


def scores(cells: Iterable[JudgedCell]) -> SurvivorshipScores:
    judged = [(is_right(cell, cell.golden), bool(cell.golden)) for cell in cells]
    right = sum(good for good, _ in judged)
    missing = sum(not good and not filled for good, filled in judged)
    return SurvivorshipScores(
        cells=len(judged),
        right=right,
        wrong=len(judged) - right - missing,
        missing=missing,
        accuracy=_share(right, len(judged)),
    )


def accuracy_of(cells: Sequence[JudgedCell], choice: Callable[[JudgedCell], tuple[Value, ...]]) -> float | None:
    """The accuracy that another choice of values would have."""
    return _share(sum(is_right(cell, choice(cell)) for cell in cells), len(cells))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
