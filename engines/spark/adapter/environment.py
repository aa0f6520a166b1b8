"""Where the statements of the adapter run: a session of Spark, with the tables that it makes and reads."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.environments import Environment

from engines.spark.session import start
from engines.spark.tables import Tables
from engines.spark.warehouse import FOLDER, SCRATCH, Warehouse, begin_anew_if_changed

TABLES = "tables"


class Cursor:
    """The part of Python's DB API that dbt uses."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: Any = None

    def execute(self, sql: str, bindings: None = None) -> Cursor:
        self._rows = self._tables.query(sql)
        return self

    @property
    def description(self) -> list[tuple[str]]:
        return [(name,) for name in self._rows.columns]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._rows.collect()]

    def fetchmany(self, count: int) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._rows.take(count)]


class Handle:
    """A connection of dbt. All of them share one session."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def cursor(self) -> Cursor:
        return Cursor(self._tables)

    def close(self) -> None:
        """The session stays for the other connections."""


class SparkEnvironment(Environment):
    """Spark starts with the first statement, so a command that only parses needs none."""

    def __init__(self, creds: Any) -> None:
        super().__init__(creds)
        self._lock = threading.Lock()
        self._server, self._memory = creds.server or None, creds.memory
        path = Path(creds.path).resolve()
        self._folder = path.parent / FOLDER
        begin_anew_if_changed(self._folder, path)
        self._warehouse = Warehouse(path, self._folder)

    @property
    def tables(self) -> Tables:
        with self._lock:
            return self._tables

    @cached_property
    def _tables(self) -> Tables:
        session = start(remote=self._server, memory=self._memory, scratch=self._folder.parents[1] / SCRATCH)
        return Tables(session, self._folder / TABLES, self._warehouse)

    def relations(self, schema: str) -> dict[str, str]:
        """The names of a schema, each with its type: those of the warehouse, and those that Spark made."""
        made = (self._folder / TABLES).glob(f"{schema}.*")
        return {**self._warehouse.relations(schema), **{path.name.partition(".")[2]: "table" for path in made}}

    def handle(self) -> Handle:
        return Handle(self.tables)

    def submit_python_job(self, handle: object, parsed_model: object, compiled_code: str) -> Any:
        raise NotImplementedError("a model in Python")

    def load_source(self, plugin_name: str, source_config: object) -> str:
        raise NotImplementedError("a plugin of dbt-duckdb")

    def store_relation(self, plugin_name: str, target_config: object) -> None:
        raise NotImplementedError("a plugin of dbt-duckdb")

    def get_binding_char(self) -> str:
        return "?"

    @classmethod
    def is_cancelable(cls) -> bool:
        return False

    @classmethod
    def cancel(cls, connection: object) -> None:
        """A statement runs to its end."""
