"""The lineage of all columns of a project: from dbt's manifest to a graph that leads from the marts to the sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestrate.maintain.lineage.queries import columns_of
from orchestrate.maintain.lineage.source_fields import SourceFields
from orchestrate.maintain.lineage.values import KEYS, LITERAL, Part, Value, member, narrowed, without_literals


@dataclass(frozen=True, order=True)
class Cell:
    """A column of a table, or a part of it: a path into its values, the rows of a field or of a source."""

    table: str
    column: str
    path: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def is_literal(self) -> bool:
        return self.table == LITERAL

    def __str__(self) -> str:
        path = "".join(f".{name}" for name in self.path)
        rows = ", ".join(value for _, value in self.rows)
        return f"{self.table}.{self.column}{path}" + (f"[{rows}]" if rows else "")


@dataclass(frozen=True)
class Table:
    """A model, seed, or table that Python lands. `columns` of a model say what they are made of."""

    name: str  # schema and name in the database
    kind: str  # model, seed or source
    stage: str
    description: str
    columns: Mapping[str, Value | None]
    descriptions: Mapping[str, str]
    allowed: Mapping[str, list[str]] = field(default_factory=dict)  # the values of a key, where a data test closes them


@dataclass(frozen=True)
class Lineage:
    tables: Mapping[str, Table]
    fields: SourceFields

    _below: dict[Cell, list[Cell]] = field(default_factory=dict)

    def below(self, cell: Cell) -> list[Cell]:
        """What the cell is made of, one table further down. Nothing, if it is an origin."""
        if cell not in self._below:
            self._below[cell] = self._made_of(cell)
        return self._below[cell]

    def _made_of(self, cell: Cell) -> list[Cell]:
        table = self.tables.get(cell.table)
        made = table.columns.get(cell.column) if table else None
        if made is None:
            return sorted(self._fields_below(cell))
        for name in cell.path:
            made = member(made, name)
        parts = _of_rows(made, dict(cell.rows)).flat()
        return sorted({one for part in without_literals(parts) if not self._is_empty(one := _cell(part))})

    def _is_empty(self, cell: Cell) -> bool:
        """Whether the table has no such rows: no select gives them, or a test allows none."""
        table = self.tables.get(cell.table)
        made = table.columns.get(cell.column) if table else None
        allowed = table.allowed if table else {}
        return any(value not in allowed.get(key, [value]) for key, value in cell.rows) or (
            made is not None and bool(cell.rows) and not self.below(cell)
        )

    def _fields_below(self, cell: Cell) -> Iterator[Cell]:
        for table, path in self.fields.read_for(cell.table, cell.column, dict(cell.rows)):
            yield Cell(table, "payload", path)

    def origins(self, cell: Cell) -> set[Cell]:
        """The source fields, columns of seeds and literals at the end of all ways down."""
        seen, found, left = {cell}, set(), [cell]
        while left:
            here = left.pop()
            below = [] if here.is_literal else self.below(here)
            if not below and here != cell:
                found.add(here)
            left += [one for one in below if one not in seen]
            seen.update(below)
        return found

    def is_origin(self, cell: Cell) -> bool:
        return cell.is_literal or (cell.table in self.tables and self.tables[cell.table].kind != "model")

    @cached_property
    def marts(self) -> list[Cell]:
        tables = (table for table in self.tables.values() if table.stage == "marts")
        return [Cell(table.name, column) for table in tables for column in table.columns]


def _of_rows(value: Value, rows: Mapping[str, str]) -> Value:
    for key, wanted in rows.items():
        value = narrowed(value, key, wanted)
    return value


def _cell(part: Part) -> Cell:
    if part.table == LITERAL:
        return Cell(LITERAL, part.column)
    return Cell(part.table, part.column, part.path, tuple(sorted(part.rows)))


def read_lineage(manifest_file: Path, seeds_dir: Path, landed: Mapping[str, list[str]]) -> Lineage:
    """The lineage of a compiled project. `landed` has the columns of the tables that Python writes."""
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    tables = {table.name: table for table in _given(manifest, landed)}
    allowed = _allowed(manifest)
    lists = {table.name for table in tables.values() if table.kind == "seed"}
    for node in _in_order(manifest):
        itself = _table(node, "model", dict.fromkeys(node["columns"]))  # an incremental model reads what it has
        names = {name: list(table.columns) for name, table in {**tables, itself.name: itself}.items()}
        columns = columns_of(node["compiled_code"], names.__getitem__, lists)
        if all(part.table in {*lists, LITERAL} for value in columns.values() for part in value.flat()):
            lists.add(itself.name)
        tables[itself.name] = replace(itself, columns=columns, allowed=allowed.get(node["unique_id"], {}))
    return Lineage(tables, SourceFields.read(seeds_dir))


def _given(manifest: dict[str, Any], landed: Mapping[str, list[str]]) -> Iterator[Table]:
    described = {f"{node['schema']}.{node['identifier']}": node for node in manifest["sources"].values()}
    for name, columns in landed.items():
        node = described.get(name, {"description": "", "columns": {}})
        yield _table({**node, "schema": name.split(".")[0]}, "source", dict.fromkeys(columns), name)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            yield _table(node, "seed", dict.fromkeys(node["config"]["column_types"]))


def _table(node: dict[str, Any], kind: str, columns: Mapping[str, Value | None], name: str | None = None) -> Table:
    descriptions = {column: given["description"] for column, given in node["columns"].items()}
    path = name or f"{node['schema']}.{node['alias']}"
    return Table(path, kind, _stage(node, kind), node["description"], columns, descriptions)


def _stage(node: dict[str, Any], kind: str) -> str:
    """The stage of a model: its folder below `intermediate`, or else its schema."""
    folders = node.get("fqn", [])[1:-1] if kind == "model" else []
    return folders[1] if folders[:1] == ["intermediate"] else str(node["schema"])


def _allowed(manifest: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """By model and column that names rows: the values that a data test accepts."""
    found: dict[str, dict[str, list[str]]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") == "accepted_values" and node["column_name"] in KEYS:
            found.setdefault(node["attached_node"], {})[node["column_name"]] = test["kwargs"]["values"]
    return found


def _in_order(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models, each after those that it reads."""
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    ordered: dict[str, dict[str, Any]] = {}

    def add(key: str) -> None:
        for parent in models[key]["depends_on"]["nodes"]:
            if parent in models and parent not in ordered:
                add(parent)
        ordered[key] = models[key]

    for key in sorted(models):
        if key not in ordered:
            add(key)
    return list(ordered.values())
