"""A dbt adapter: DuckDB's SQL, run by Spark. It is dbt-duckdb with another environment for its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.adapters.__about__ import version
from dbt.adapters.base.column import Column
from dbt.adapters.base.meta import available
from dbt.adapters.base.plugin import AdapterPlugin
from dbt.adapters.base.relation import AdapterTrackingRelationInfo, BaseRelation
from dbt.adapters.contracts.connection import Connection, ConnectionState
from dbt.adapters.contracts.relation import RelationType
from dbt.adapters.duckdb.column import DuckDBColumn
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt_common.clients.agate_helper import table_from_rows
from dbt_common.exceptions import DbtRuntimeError

from engines.spark.adapter.environment import SparkEnvironment

TYPE = "duckdb_on_spark"
CATALOG = (
    "table_database", "table_schema", "table_name", "table_type", "table_comment", "table_owner",
    "column_index", "column_name", "column_type", "column_comment",
)  # fmt: skip


@dataclass
class SparkCredentials(DuckDBCredentials):
    """`path` is the file of the warehouse. `server` is an address of Spark Connect, or empty for this machine."""

    server: str = ""
    memory: str = "3g"

    @property
    def type(self) -> str:
        return TYPE

    def _connection_keys(self) -> tuple[str, ...]:
        return ("database", "schema", "path", "server", "memory")


class SparkConnectionManager(DuckDBConnectionManager):
    TYPE = TYPE
    _ENV: Any = None

    @classmethod
    def environment(cls, credentials: SparkCredentials) -> SparkEnvironment:
        with cls._LOCK:
            if cls._ENV is None or cls._ENV.creds != credentials:
                cls._ENV = SparkEnvironment(credentials)
            environment: SparkEnvironment = cls._ENV
            return environment

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        connection.handle = cls.environment(connection.credentials).handle()
        connection.state = ConnectionState.OPEN
        return connection

    @contextmanager
    def exception_handler(self, sql: str, connection_name: str = "master") -> Iterator[None]:
        """Raise what failed as dbt's error."""
        try:
            yield
        except DbtRuntimeError:
            raise
        except Exception as error:
            raise DbtRuntimeError(_said(error)) from error

    def add_begin_query(self) -> Any:
        """Spark has no transactions."""

    def add_commit_query(self) -> Any:
        """Spark has no transactions."""


class SparkAdapter(DuckDBAdapter):
    """Its macros are those of dbt-duckdb, so a model compiles to the same statement for either engine."""

    ConnectionManager = SparkConnectionManager

    @property
    def _environment(self) -> SparkEnvironment:
        return SparkConnectionManager.environment(self.config.credentials)

    @available.parse_none
    def make_table(self, relation: BaseRelation, sql: str, contract: Sequence[str] | None, appends: bool) -> str:
        with self.connections.exception_handler(sql):
            self._environment.tables.make(_name(relation), sql, contract, appends=appends)
        return "OK"

    @available.parse_none
    def make_view(self, relation: BaseRelation, sql: str) -> None:
        with self.connections.exception_handler(sql):
            self._environment.tables.show(str(relation.identifier), sql)

    @available.parse_none
    def load_seed(self, relation: BaseRelation, path: str, types: Mapping[str, str]) -> str:
        with self.connections.exception_handler(path):
            self._environment.tables.load(_name(relation), Path(path), types)
        return "OK"

    def get_columns_in_relation(self, relation: BaseRelation) -> list[Column]:
        types = self._environment.tables.types_of(_name(relation))
        return [DuckDBColumn(column=name, dtype=kind) for name, kind in types.items()]

    def list_relations_without_caching(self, schema_relation: BaseRelation) -> list[BaseRelation]:
        place = {"database": schema_relation.database, "schema": schema_relation.schema}
        found = self._environment.relations(str(schema_relation.schema))
        return [self.Relation.create(**place, identifier=name, type=RelationType(kind)) for name, kind in found.items()]

    def _get_one_catalog(self, information_schema: Any, schemas: Set[str], used_schemas: Any) -> Any:
        """The columns of each table, for the docs of dbt. DuckDB's macro reads a catalogue that Spark has not."""
        places = [BaseRelation.create(database=information_schema.database, schema=schema) for schema in schemas]
        found = [relation for place in places for relation in self.list_relations_without_caching(place)]
        return self._get_one_catalog_by_relations(information_schema, found, used_schemas)

    def _get_one_catalog_by_relations(
        self, information_schema: Any, relations: list[BaseRelation], used_schemas: Any
    ) -> Any:
        rows = [
            (relation.database, relation.schema, relation.identifier, "table", None, None, number, name, kind, None)
            for relation in relations
            for number, (name, kind) in enumerate(self._environment.tables.types_of(_name(relation)).items())
        ]
        return self._catalog_filter_table(table_from_rows(rows, CATALOG), used_schemas)

    def drop_relation(self, relation: BaseRelation) -> None:
        self.cache_dropped(relation)
        self._environment.tables.drop(_name(relation))

    def list_schemas(self, database: str) -> list[str]:
        return []

    def create_schema(self, relation: BaseRelation) -> None:
        """A schema is a part of the name of a folder."""

    def drop_schema(self, relation: BaseRelation) -> None:
        raise DbtRuntimeError("Spark's tables are folders: a schema is not dropped.")

    def _catalog_supports_foreign_keys(self, database: str) -> bool:
        return False

    @classmethod
    def is_cancelable(cls) -> bool:
        return False

    @classmethod
    def get_adapter_run_info(cls, config: Any) -> AdapterTrackingRelationInfo:
        """dbt would look for a package with the name of this class."""
        return AdapterTrackingRelationInfo(TYPE, version, version, {})  # type: ignore[abstract]


def _said(error: Exception) -> str:
    """What failed and its first cause, such as a full disk, without the plan and the stack that Spark adds."""
    text = str(error)
    failed = re.split(r";\n|\n\nJVM|\n\tat ", text)[0]
    failed = re.sub(r"^An error occurred while calling \S+\n: ", "", failed)
    causes = re.findall(r"^Caused by: (.*)", text, re.MULTILINE)
    return f"{failed} ({causes[-1]})" if causes and causes[-1] not in failed else failed


def _name(relation: BaseRelation) -> str:
    return f"{relation.schema or ''}.{relation.identifier}"


Plugin = AdapterPlugin(
    adapter=SparkAdapter,  # type: ignore[arg-type] # as in dbt-duckdb
    credentials=SparkCredentials,
    include_path=str(Path(__file__).with_name("include")),
    dependencies=["duckdb"],
    project_name=f"dbt_{TYPE}",
)
