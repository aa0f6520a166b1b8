"""The models and the tables that they read, as a small graph: from dbt's manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestrate.page.models import Model

OF_RECORDS = {"sources": "records"}  # the logs of the sources are read beside their records


def read_models(manifest_file: Path) -> tuple[Model, ...]:
    """Every model, each after those that it reads, and every table of Python that one of them reads."""
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    nodes = {**manifest["sources"], **manifest["nodes"]}
    made: dict[str, Model] = {}

    def add(key: str) -> Model:
        if key not in made:
            made[key] = _model(key, nodes, [add(parent) for parent in _parents(nodes[key], nodes)])
        return made[key]

    for key in sorted(key for key, node in nodes.items() if node["resource_type"] == "model"):
        add(key)
    return tuple(made.values())


def _parents(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> list[str]:
    named = node.get("depends_on", {}).get("nodes", ())
    return [key for key in named if nodes.get(key, {}).get("resource_type") in ("model", "source")]


def _model(key: str, nodes: Mapping[str, Any], parents: list[Model]) -> Model:
    node = nodes[key]
    column = _column(node)
    seeds = (nodes[one]["name"] for one in node.get("depends_on", {}).get("nodes", ()) if one.startswith("seed."))
    return Model(
        name=f"{node['schema']}.{node.get('alias') or node['identifier']}",
        column=column,
        description=" ".join(node["description"].split()),
        reads=tuple(sorted({parent.name for parent in parents})),
        seeds=tuple(sorted(set(seeds))),
        level=1 + max((parent.level for parent in parents if parent.column == column), default=-1),
        dbt_page=f"#!/{node['resource_type']}/{key}",
    )


def _column(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "source":
        return "sources"
    _, room, *folders = node["fqn"]
    stage: str = folders[0] if room == "intermediate" else room
    return OF_RECORDS.get(stage, stage)
