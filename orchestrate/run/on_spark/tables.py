"""The tables that Spark made, in the warehouse: views of their Parquet files, under the names that dbt gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestrate.store.warehouse import sql_text

if TYPE_CHECKING:
    from engines.spark.nodes import Node

# A publication is recorded after its models were built. Views of these show it, and nothing else does.
RECORDED = frozenset({"source.trigpoint.ops.publications", "source.trigpoint.ops.cell_changes"})

_KINDS = """
    select schema_name || '.' || table_name, 'table' from duckdb_tables() where database_name = current_database()
    union all
    select schema_name || '.' || view_name, 'view' from duckdb_views() where database_name = current_database()
"""


def show_in_warehouse(
    connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node], folders: Mapping[str, Path]
) -> None:
    """Have the name of each model lead to the files that Spark made, with the types and descriptions of its contract.

    A model that keeps rows becomes a table, because the next build reads them. All in one transaction.
    """
    ledgers = {node.unique_id for node in views_of_the_record(nodes)}
    connection.execute("begin")
    kinds = dict(connection.execute(_KINDS).fetchall())
    for node in in_order(nodes):
        schema, _, name = node.relation.partition(".")
        connection.execute(f"create schema if not exists {schema}")
        if before := kinds.get(node.relation):
            connection.execute(f"drop {before} {node.relation}")
        query = node.sql if node.unique_id in ledgers else query_of(connection, node, folders[node.relation])
        kind = "table" if node.keeps_rows else "view"
        connection.execute(f'create {kind} {schema}."{name}" as {query}')
        _describe(connection, node, kind)
    connection.execute("delete from ops.model_sql")
    for node in nodes.values():
        if node.keeps_sql:
            named = _as_dbt_names_it(connection, node)
            connection.execute("insert into ops.model_sql values (?, ?)", [named, node.sql])
    connection.execute("commit")


def query_of(connection: duckdb.DuckDBPyConnection, node: Node, folder: Path) -> str:
    """The rows of the Parquet files, with the order and types of the columns that a contract names."""
    files = f"read_parquet({sql_text(str(folder / '*.parquet'))})"
    there = [name for name, *_ in connection.execute(f"describe from {files}").fetchall()]
    types = {name: column["data_type"] for name, column in node.columns.items() if column["data_type"]}
    names = list(node.columns) if node.has_contract else there
    chosen = [f'"{name}"::{types[name]} as "{name}"' if name in types else f'"{name}"' for name in names]
    return f"select {', '.join(chosen)} from {files}"  # noqa: S608 (names of our models)


def views_of_the_record(nodes: Mapping[str, Node]) -> Iterator[Node]:
    """The models that show a publication once it is recorded, because they are views of the record."""
    shown: set[str] = set()
    for node in in_order(nodes):
        if node.made_as == "view" and node.waits_for & (RECORDED | shown):
            shown.add(node.unique_id)
            yield node


def in_order(nodes: Mapping[str, Node]) -> Iterator[Node]:
    """The models, each after those that it reads."""
    order = TopologicalSorter({key: node.waits_for & set(nodes) for key, node in nodes.items()})
    return (nodes[key] for key in order.static_order())


def _describe(connection: duckdb.DuckDBPyConnection, node: Node, kind: str) -> None:
    if not node.persists_docs:
        return
    comments = [(f"{kind} {node.relation}", node.description)]
    comments += [(f'column {node.relation}."{name}"', one["description"]) for name, one in node.columns.items()]
    connection.execute(";".join(f"comment on {what} is {sql_text(text)}" for what, text in comments))


def _as_dbt_names_it(connection: duckdb.DuckDBPyConnection, node: Node) -> str:
    ((database,),) = connection.execute("select current_database()").fetchall()
    return ".".join(f'"{part}"' for part in (database, *node.relation.split(".")))
