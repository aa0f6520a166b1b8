"""The golden records of a stretch of entities, with the cells that may be passed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import duckdb

from orchestrate.export.columns import CLAIM_COLUMNS, Column
from orchestrate.store.sql_macros import rendered_sql

if TYPE_CHECKING:
    import pyarrow as pa


STRETCH = 5_000  # entities

# Lists are sorted as in `marts.entities`. Only they have several cells, so only they need an aggregate by field.
GATHERED = """
with cells as (
    select * from kept where $is_whole or family is not distinct from $part
),

fields as (
    select
        entity_id, field_name, value, null as cells, source_name as sources, licence as licences, is_next_best, quote
    from cells
    where strategy is distinct from 'union'
    union all by name
    select
        entity_id, field_name, list_sort(list({ 'item': item, 'value': value })) as cells,
        array_to_string(list_sort(list(distinct source_name)), '; ') as sources,
        array_to_string(list_sort(list(distinct licence)), '; ') as licences,
        bool_or(is_next_best) as is_next_best
    from cells
    where strategy = 'union'
    group by entity_id, field_name
),

gathered as (
    select
        entity_id,
        map_from_entries(list({ 'field': field_name, 'value': value }) filter (where cells is null)) as texts,
        map_from_entries(list({ 'field': field_name, 'cells': cells }) filter (where cells is not null)) as lists,
        any_value(quote) filter (where field_name = 'operating_status') as status_evidence,
        list_sort(list({ 'field': field_name, 'names': sources })) as sources,
        list_sort(list({ 'field': field_name, 'names': licences })) as licences,
        list_sort(list(field_name)) as fields,
        list_sort(coalesce(list(field_name) filter (where is_next_best), [])) as next_best,
        bool_or(field_name = 'operating_status') as has_status
    from fields
    group by entity_id
),

withheld as (
    select
        entity_id,
        list_sort(list(distinct field_name)) as fields,
        bool_or(field_name = 'operating_status') as has_status
    from judged
    where withheld is not null and field_name in (from unnest($fields))
    group by entity_id
),

shaped as (
    select
        gathered.*, stretch.position,
        coalesce(withheld.fields, []) as withheld_fields,
        -- A status that is left out is not unknown.
        if(gathered.has_status or coalesce(withheld.has_status, false), null, 'unknown') as no_status
    from gathered
    inner join stretch on gathered.entity_id = stretch.entity_id
    left join withheld on gathered.entity_id = withheld.entity_id
)

select __columns__
from shaped
inner join published.marts.entities as entities on shaped.entity_id = entities.entity_id
order by shaped.position
"""

CLAIMS = """
select __columns__
from published.marts.entity_claims as claims
inner join stated on claims.claim_id = stated.claim_id
where stated.withheld is null and ($is_whole or stated.family is not distinct from $part)
    and stated.field_name in (from unnest($fields))
    and claims.entity_id in (select entity_id from kept where $is_whole or family is not distinct from $part)
order by stated.position, claims.field_name, claims.item nulls first, claims.claim_rank, claims.claim_id
"""


@dataclass(frozen=True)
class Part:
    """The cells of one file: all that may be passed on, or those with, or without, a share-alike licence."""

    licence: str | None = None
    is_whole: bool = False


WHOLE = Part(is_whole=True)


def stretches(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Fill the table `stretch` with the next entities of `chosen`, until all had their turn."""
    ((last,),) = connection.execute("select coalesce(max(position), 0) from chosen").fetchall()
    for start in range(1, max(last, 1) + 1, STRETCH):
        connection.execute(
            "create or replace temp table stretch as from chosen where position >= $1 and position < $2",
            [start, start + STRETCH],
        )
        yield


def parts_of_stretch(connection: duckdb.DuckDBPyConnection) -> list[Part]:
    """The parts with a cell in this stretch, for an export that keeps share-alike licences apart."""
    found = connection.execute("select distinct family from kept order by family nulls first").fetchall()
    return [Part(licence) for (licence,) in found]


def golden_rows(
    connection: duckdb.DuckDBPyConnection, columns: tuple[Column, ...], fields: Sequence[str], part: Part
) -> pa.Table:
    """The rows of the stretch."""
    return _table(connection, _golden_sql(columns), fields, part)


def claim_rows(connection: duckdb.DuckDBPyConnection, fields: Sequence[str], part: Part) -> pa.Table:
    """The claims that may be passed on about the entities of the stretch."""
    columns = ", ".join(f"claims.{column.name}" for column in CLAIM_COLUMNS)
    return _table(connection, CLAIMS.replace("__columns__", columns), fields, part)


def _table(connection: duckdb.DuckDBPyConnection, sql: str, fields: Sequence[str], part: Part) -> pa.Table:
    parameters = {"is_whole": part.is_whole, "part": part.licence, "fields": list(fields)}
    return connection.sql(sql, params=parameters).to_arrow_table()


@cache
def _golden_sql(columns: tuple[Column, ...]) -> str:
    selected = ",\n".join(f"{_expression(column)} as {column.name}" for column in columns)
    return GATHERED.replace("__columns__", selected)


def _items(field: str, part: str) -> str:
    """The items, or the values, of a list field."""
    return f"coalesce(list_transform(lists['{field}'], lambda cell: cell.{part}), [])"


def _expression(column: Column) -> str:
    name = column.name
    if name in _SPECIAL:
        return _SPECIAL[name]()
    if column.is_own:
        return f"entities.{name}"
    if column.kind == "list":
        return _items(name, "value")
    type_of = {"number": "double", "integer": "bigint", "boolean": "boolean"}.get(column.kind, "varchar")
    return f"texts['{name}']::{type_of}"


def _names_by_field(pairs: str) -> str:
    """A JSON object from each field to the names that go with it."""
    return f"to_json(map_from_entries({pairs}))::varchar"


def _confidence_by_field() -> str:
    """The confidence is that of the winning value, and not of one that took its place."""
    one = "json_extract(entities.field_confidence, '$.\"' || field || '\"')::double"
    all_of = f"list_transform(fields, lambda field: {{ 'k': field, 'v': {one} }})"
    known = f"list_filter({all_of}, lambda pair: pair.v is not null and not list_contains(next_best, pair.k))"
    return f"to_json(map_from_entries({known}))::varchar"


def _other_names() -> str:
    return f"list_filter({_items('alternate_names', 'value')}, lambda name: name is distinct from texts['entity_name'])"


def _attributes() -> str:
    items, values = _items("discovered_attributes", "item"), _items("discovered_attributes", "value")
    attributes = f"{{ 'items': {items}, 'values': {values} }}"
    macro = "{{ attributes_with_status('__attributes__', \"texts['operating_status']\") }}"
    return f"({rendered_sql(macro)})::varchar".replace("__attributes__", f"({attributes})")


def _ids() -> str:
    macro = "{{ ids_by_namespace('__ids__') }}"
    return f"({rendered_sql(macro)})::varchar".replace("__ids__", _items("external_ids", "item"))


_SPECIAL: dict[str, Callable[[], str]] = {
    "entity_id": lambda: "shaped.entity_id",
    "alternate_names": _other_names,
    "operating_status": lambda: "coalesce(texts['operating_status'], no_status)",
    "operating_status_evidence": lambda: "status_evidence",
    "discovered_attributes": _attributes,
    "external_ids": _ids,
    "field_sources": lambda: _names_by_field("sources"),
    "field_licences": lambda: _names_by_field("licences"),
    "field_confidence": _confidence_by_field,
    "next_best": lambda: "shaped.next_best",
    "left_out": lambda: "withheld_fields",
}
