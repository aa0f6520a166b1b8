"""The models that a build made, as dbt compiled them for DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Node:
    """A model, with DuckDB's SQL of it."""

    unique_id: str
    relation: str  # such as `marts.entities`
    sql: str
    waits_for: frozenset[str]
    made_as: str = "table"  # or view, or incremental, which appends
    reads_itself: bool = False  # it needs its rows of the build before
    description: str = ""
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name -> DuckDB's data_type, description
    has_contract: bool = False
    persists_docs: bool = False
    keeps_sql: bool = False  # its SQL is kept beside its table

    @property
    def keeps_rows(self) -> bool:
        return self.reads_itself or self.made_as == "incremental"


def nodes_of(compiled: Iterable[Mapping[str, Any]]) -> dict[str, Node]:
    """The models among the nodes of a manifest, by their id."""
    return {node["unique_id"]: _node(node) for node in compiled if node["resource_type"] == "model"}


def _node(node: Mapping[str, Any]) -> Node:
    config = node["config"]
    return Node(
        unique_id=node["unique_id"],
        relation=f"{node['schema']}.{node['alias']}",
        sql=node["compiled_code"],
        waits_for=frozenset(node["depends_on"]["nodes"]),
        made_as=config["materialized"],
        reads_itself=bool(config.get("reads_itself")),
        description=node["description"],
        columns={
            name: {"data_type": column["data_type"] or "", "description": column["description"]}
            for name, column in node["columns"].items()
        },
        has_contract=bool((config.get("contract") or {}).get("enforced")),
        persists_docs=bool((config.get("persist_docs") or {}).get("relation")),
        keeps_sql=any("keep_sql" in hook["sql"] for hook in config.get("post-hook") or ()),
    )
