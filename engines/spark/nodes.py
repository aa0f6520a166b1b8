"""The models and data tests as dbt compiled them for DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Node:
    """A model or a data test, with DuckDB's SQL of it."""

    unique_id: str
    name: str
    is_test: bool
    relation: str  # such as `marts.entities`; empty for a test
    sql: str
    waits_for: frozenset[str]
    made_as: str = "table"  # or view, or incremental, which appends
    reads_itself: bool = False  # it needs its rows of the build before
    description: str = ""
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name -> DuckDB's data_type, description
    has_contract: bool = False
    persists_docs: bool = False
    keeps_sql: bool = False  # its SQL is kept beside its table
    only_warns: bool = False

    @property
    def keeps_rows(self) -> bool:
        return self.reads_itself or self.made_as == "incremental"


def nodes_of(compiled: Iterable[Mapping[str, Any]]) -> dict[str, Node]:
    """The models and data tests among the nodes of a manifest, by their id."""
    wanted = [node for node in compiled if node["resource_type"] in ("model", "test") and node["compiled_code"]]
    return {node["unique_id"]: _node(node) for node in wanted}


def _node(node: Mapping[str, Any]) -> Node:
    config, is_test = node["config"], node["resource_type"] == "test"
    sql = node["compiled_code"]
    return Node(
        unique_id=node["unique_id"],
        name=node["name"],
        is_test=is_test,
        relation="" if is_test else f"{node['schema']}.{node['alias']}",
        sql=_counted(sql, config) if is_test else sql,
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
        only_warns=is_test and config["severity"].lower() == "warn",
    )


def _counted(sql: str, config: Mapping[str, Any]) -> str:
    """One row: how many failures a test found, and whether that is an error. dbt asks the same (`get_test_sql`)."""
    failures = config["fail_calc"]
    return f"select {failures} as failures, {failures} {config['error_if']} as is_error from ({sql}) as found"  # noqa: S608
