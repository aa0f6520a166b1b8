"""The plan of a build: the statements that dbt executed for each node, and what each node waits for.

It is valid for the project that it was made from, and where every table and view that it replaces is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestrate.seeds.loaded import Seed
from orchestrate.store.dbt_project import DbtProject

PARTS = ("models", "dbt_project")
FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml")
MADE_BY = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")
FORM = 3  # of the file; raise it when a field changes
CHANGES = ("create", "insert", "delete", "update", "drop", "alter", "comment", "copy", "merge", "truncate")

Relations = Mapping[str, str]  # the kind of each table and view: `marts.entities` is a `table`
Views = Mapping[str, str]  # the definition of each view


@dataclass(frozen=True)
class Node:
    """A seed, model or data test. `kind` is that of the `relation` of a model, which it replaces."""

    unique_id: str
    name: str
    resource_type: str
    path: str
    waits_for: tuple[str, ...]
    statements: tuple[str, ...]
    relation: str | None = None
    kind: str | None = None
    definition: str | None = None  # of a view, as DuckDB writes it
    column_types: Mapping[str, str] | None = None  # of a seed

    def seed(self) -> Seed | None:
        return Seed(self.relation, self.path, self.column_types) if self.relation and self.column_types else None


@dataclass(frozen=True)
class Plan:
    """The nodes of a build."""

    fingerprint: str
    settings: Mapping[str, Any]  # of DuckDB, from dbt's profile
    threads: int
    nodes: tuple[Node, ...]

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.unique_id: node for node in self.nodes}

    @cached_property
    def _behind(self) -> dict[str, int]:
        waiting: dict[str, set[str]] = {unique_id: set() for unique_id in self.by_id}
        order = TopologicalSorter({node.unique_id: node.waits_for for node in self.nodes}).static_order()
        for unique_id in reversed(tuple(order)):
            for parent in self.by_id[unique_id].waits_for:
                waiting[parent] |= waiting[unique_id] | {unique_id}
        return {unique_id: len(others) for unique_id, others in waiting.items()}

    def behind(self, node: Node) -> int:
        """The number of nodes that wait for this one, which goes first if many do."""
        return self._behind[node.unique_id]

    def fits(self, relations: Relations) -> bool:
        """Whether what the models replace is there, as tables and views. dbt makes what is missing."""
        return all(relations.get(node.relation) == node.kind for node in self.nodes if node.kind and node.relation)


class Recorder:
    """Receives dbt's events from its threads, and keeps the statements of each node."""

    def __init__(self) -> None:
        self.statements: dict[str, list[str]] = {}

    def __call__(self, event: Any) -> None:
        if event.info.name == "SQLQuery":
            self.statements.setdefault(event.data.node_info.unique_id, []).append(event.data.sql)


def fingerprint_of(project: DbtProject) -> str:
    """Of all that decides what dbt executes: the project but for the rows of its seeds, and the versions of dbt."""
    root = project.project_dir
    digest = hashlib.sha256(f"{FORM} {root} {project.warehouse.name}".encode())
    digest.update(" ".join(version(name) for name in MADE_BY).encode())
    files = [path for part in PARTS for path in (root / part).rglob("*") if path.suffix in (".sql", ".yml", ".md")]
    for path in [*sorted(files), *(root / name for name in FILES)]:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()


def plan_of(
    fingerprint: str,
    profile: Any,
    nodes: Sequence[Any],
    statements: Mapping[str, Sequence[str]],
    before: Relations,
    views: Views,
) -> Plan | None:
    """The plan of the build of `nodes`, which succeeded. None if another build would execute other statements.

    A model that keeps rows does in its first build what it does in no other, and so does a model that was a view.
    """
    prepared = tuple(_prepared(node, statements.get(node.unique_id, ()), views) for node in nodes)
    for node, made in zip(nodes, prepared, strict=True):
        kind_before = before.get(made.relation or "")
        if made.kind and kind_before != made.kind and (kind_before or _reads_rows_before(node)):
            return None
        if node.config.get("keyed_by") and any("create or replace table" in sql for sql in made.statements):
            return None
    return Plan(fingerprint, profile.credentials.settings or {}, profile.threads, _gated(prepared))


def _reads_rows_before(node: Any) -> bool:
    return node.config.materialized == "incremental" or bool(node.config.get("reads_itself"))


def _prepared(node: Any, statements: Sequence[str], views: Views) -> Node:
    is_test, is_model = node.resource_type == "test", node.resource_type == "model"
    kind = "view" if node.config.materialized == "view" else "table"
    relation = f"{node.schema}.{node.alias}"
    return Node(
        unique_id=node.unique_id,
        name=node.name,
        resource_type=str(node.resource_type),
        path=node.original_file_path,
        waits_for=tuple(node.depends_on.nodes) if hasattr(node.depends_on, "nodes") else (),
        statements=tuple(statements[-1:] if is_test else (sql for sql in statements if _first_word(sql) in CHANGES)),
        relation=None if is_test else relation,
        kind=kind if is_model else None,
        definition=views.get(relation),
        column_types=node.config.column_types if node.resource_type == "seed" else None,
    )


def _first_word(sql: str) -> str:
    """Of a statement, which dbt begins with a comment."""
    words = sql.partition("*/")[2].split(maxsplit=1)
    return words[0].lower() if words else ""


def _gated(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes, waiting for each other only. As in dbt, a model also waits for the tests of what it is made from."""
    ids = {node.unique_id for node in nodes}
    parents = {node.unique_id: ids.intersection(node.waits_for) for node in nodes}
    made_from: dict[str, set[str]] = {}
    for one in TopologicalSorter(parents).static_order():
        made_from[one] = set().union(*(made_from[parent] | {parent} for parent in parents[one]))
    tests = [node.unique_id for node in nodes if node.resource_type == "test" and parents[node.unique_id]]
    for node in nodes:
        if node.resource_type != "test":
            parents[node.unique_id].update(test for test in tests if parents[test] <= made_from[node.unique_id])
    return tuple(replace(node, waits_for=tuple(sorted(parents[node.unique_id]))) for node in nodes)


def save(plan: Plan, path: Path) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    draft.replace(path)


def load(path: Path, fingerprint: str) -> Plan | None:
    """The plan of the file, if it was made from this project."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if held.get("fingerprint") != fingerprint:
        return None
    nodes = tuple(
        Node(**{**node, "waits_for": tuple(node["waits_for"]), "statements": tuple(node["statements"])})
        for node in held.pop("nodes")
    )
    return Plan(**held, nodes=nodes)
