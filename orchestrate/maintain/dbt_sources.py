"""Writes the published tables as sources for another dbt project, with the descriptions of the models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

HEADER = """\
# The tables that Trigpoint publishes, as sources of a dbt project of your own (dbt-duckdb). Written by:
#   trigpoint dbt sources > models/trigpoint_sources.yml
# Attach the published file under the name `trigpoint` in that project's profiles.yml; a run is never locked out by it:
#   attach:
#     - path: data/sandbox/trigpoint.duckdb
#       alias: trigpoint
#       read_only: true
# Then: select * from {{ source('trigpoint', 'entities') }}
"""

_ALIAS = re.compile(r"\{\{\s*config\([^)]*alias='(\w+)'")
_DOCS_BLOCK = re.compile(r"\{%\s*docs (\w+)\s*%\}(.*?)\{%\s*enddocs\s*%\}", re.DOTALL)
_DOC = re.compile(r"\{\{\s*doc\('(\w+)'\)\s*\}\}")


def dbt_sources(project: Path) -> str:
    """A YAML file with one source, `trigpoint`. Its tables are the marts of the project in this directory."""
    shared = _shared_descriptions(project)
    models = [m for file in sorted((project / "models" / "marts").glob("*.yml")) for m in _models(file)]
    source = {
        "name": "trigpoint",
        "description": "Golden records of places, every cell traceable to its source.",
        "database": "trigpoint",
        "schema": "marts",
        "tables": [_table(model, project, shared) for model in models],
    }
    written = yaml.safe_dump({"version": 2, "sources": [source]}, sort_keys=False, allow_unicode=True, width=116)
    return HEADER + written


def _models(file: Path) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    return models


def _table(model: dict[str, Any], project: Path, shared: dict[str, str]) -> dict[str, Any]:
    columns = [
        {
            "name": column["name"],
            "description": _resolved(column["description"], shared),
            "data_type": column["data_type"],
        }
        for column in model["columns"]
    ]
    return {
        "name": _published_as(model["name"], project),
        "description": _resolved(model["description"], shared),
        "columns": columns,
    }


def _published_as(model: str, project: Path) -> str:
    sql = (project / "models" / "marts" / f"{model}.sql").read_text(encoding="utf-8")
    alias = _ALIAS.search(sql)
    return alias[1] if alias else model


def _shared_descriptions(project: Path) -> dict[str, str]:
    """The texts behind `doc()`, which another project does not have."""
    pages = "".join(file.read_text(encoding="utf-8") for file in sorted((project / "models").rglob("*.md")))
    return {name: text.strip() for name, text in _DOCS_BLOCK.findall(pages)}


def _resolved(description: str, shared: dict[str, str]) -> str:
    return _DOC.sub(lambda found: shared[found[1]], description).strip()
