"""Runs the statements that dbt compiled for DuckDB on Spark: the models as Parquet tables, and the data tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from engines.spark import recursion
from engines.spark.nodes import Node
from engines.spark.sql.translate import to_spark, view_of

AT_ONCE = 2  # nodes; planning is most of the work of a small one, and the driver does it


class FailedCheckError(Exception):
    """A data test found rows, or a model does not keep its contract."""


@dataclass
class Built:
    """The seconds of each model and test, why others failed, and what was left out because something failed before."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


class Build:
    """Writes each model to a folder of its own, `<tables>/<schema>.<name>`, and reads it from there.

    `sources` has such folders of what the models read and do not make, also the rows of the build before of the
    models that keep rows.
    """

    def __init__(self, session: Any, sources: Path, tables: Path) -> None:
        self._session = session
        self._sources = sources
        self._tables = tables
        self._columns: dict[str, list[str]] = {}

    def run(
        self,
        nodes: Mapping[str, Node],
        on_begin: Callable[[str], object] = lambda name: None,
        on_end: Callable[[str], object] = lambda name: None,
    ) -> Built:
        """Build every model and run every test. What depends on a failed model is left out."""
        for folder in sorted(self._sources.glob("*.*")):
            self._register(folder.name, folder)
        built, missing = Built(), set[str]()
        queue = TopologicalSorter({key: node.waits_for & set(nodes) for key, node in nodes.items()})
        queue.prepare()
        running: dict[Future[float], Node] = {}
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="node") as pool:
            while queue.is_active():
                for key in queue.get_ready():
                    node = nodes[key]
                    if node.waits_for & missing:
                        missing.add(key)
                        built.left_out.append(node.name)
                        queue.done(key)
                    else:
                        running[pool.submit(self._timed, node, on_begin)] = node
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    node = running.pop(future)
                    if error := future.exception():
                        missing |= set() if node.is_test else {node.unique_id}
                        built.failed[_called(node)] = _sentence(error)
                    else:
                        built.seconds[node.name] = future.result()
                    queue.done(node.unique_id)
                    on_end(node.name)
        return built

    def _timed(self, node: Node, on_begin: Callable[[str], object]) -> float:
        on_begin(node.name)
        started = time.perf_counter()
        if node.is_test:
            self._test(node)
        else:
            self._make(node)
        return time.perf_counter() - started

    def _make(self, node: Node) -> None:
        if recursion.is_recursive(node.sql):
            rows = recursion.run(self._session, node.sql, self._columns.__getitem__)
        else:
            rows = self._session.sql(to_spark(node.sql, self._columns.__getitem__))
        if node.made_as == "incremental" and node.relation in self._columns:
            rows = self._session.table(view_of(node.relation)).unionByName(rows)
        if node.has_contract and (other := set(rows.columns) ^ set(node.columns)):
            raise FailedCheckError(f"its contract has other columns: {', '.join(sorted(other))}")
        folder = self._tables / node.relation
        rows.write.mode("overwrite").parquet(str(folder))
        self._register(node.relation, folder)

    def _test(self, node: Node) -> None:
        ((failures, is_error),) = self._session.sql(to_spark(node.sql, self._columns.__getitem__)).collect()
        if is_error and not node.only_warns:
            raise FailedCheckError(f"{failures} rows")

    def _register(self, relation: str, folder: Path) -> None:
        rows = self._session.read.parquet(str(folder))
        rows.createOrReplaceTempView(view_of(relation))
        self._columns[relation] = rows.columns


def _called(node: Node) -> str:
    return f"{'data test' if node.is_test else 'model'} {node.name}"


def _sentence(error: BaseException) -> str:
    return " ".join(str(error).split("\n\nJVM")[0].split())[:300]
