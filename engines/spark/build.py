"""The models on Spark: the statements that dbt compiled for DuckDB, one after the other, as Parquet tables."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from engines.spark import recursion
from engines.spark.sql.translate import to_spark


@dataclass
class Built:
    """The seconds of each model, why others failed, and which were left out because one before them failed."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


class Build:
    """Writes each model to a folder of its own and registers it as a table."""

    def __init__(self, session: Any, target: Path, directory: Path) -> None:
        self._session = session
        self._target = target
        self._directory = directory
        self._columns: dict[str, list[str]] = {}

    def run(self) -> Built:
        """Build every model. The marts take the place of those before only if none of them failed."""
        manifest = json.loads((self._target / "manifest.json").read_text())
        models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
        for folder in sorted(self._directory.glob("*.*")):
            self._register(folder.name, folder)
        built, missing = Built(), set[str]()
        parents = {key: set(node["depends_on"]["nodes"]) & set(models) for key, node in models.items()}
        for key in TopologicalSorter(parents).static_order():
            name = models[key]["name"]
            if parents[key] & missing:
                missing.add(key)
                built.left_out.append(name)
                continue
            started = time.perf_counter()
            try:
                self._build(models[key])
            except Exception as error:  # noqa: BLE001 (the reason of any failure is reported)
                missing.add(key)
                built.failed[name] = " ".join(str(error).split("\n\nJVM")[0].split())[:300]
            else:
                built.seconds[name] = time.perf_counter() - started
        return built

    def _build(self, node: dict[str, Any]) -> None:
        sql = (self._target / "compiled" / "trigpoint" / "models" / node["path"]).read_text()
        table = f"{node['schema']}.{node['alias']}"
        if recursion.is_recursive(sql):
            rows = recursion.run(self._session, sql, self._columns.__getitem__)
        else:
            rows = self._session.sql(to_spark(sql, self._columns.__getitem__))
        folder = self._directory / table
        rows.write.mode("overwrite").parquet(str(folder))
        self._register(table, folder)

    def _register(self, table: str, folder: Path) -> None:
        schema = table.partition(".")[0]
        self._session.sql(f"create database if not exists {schema}")
        self._session.sql(f"drop table if exists {table}")
        self._session.sql(f"create table {table} using parquet location '{folder}'")
        self._columns[table] = self._session.table(table).columns


def publish(built: Built, directory: Path, published: Path) -> None:
    """The marts become visible by one rename, and only if every model was built."""
    if built.failed:
        return
    draft = published.with_name(f"{published.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for mart in sorted(directory.glob("marts.*")):
        shutil.copytree(mart, draft / mart.name.partition(".")[2])
    before = published.with_name(f"{published.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if published.exists():
        published.rename(before)
    draft.rename(published)
    shutil.rmtree(before, ignore_errors=True)
