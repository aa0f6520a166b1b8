"""Shows which golden cells would change with other trust. Sends nothing and changes nothing.

The SQL of the models ranks the present claims again in memory. `ops.model_sql` holds that SQL. dbt writes it in the
transaction that makes each table, so it is the SQL that made the compared cells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from orchestrate.contracts.changes import RerankedChange, TrustChange, WhatIf
from orchestrate.errors import UsageError
from orchestrate.explain.run_diff import count_fields, count_kinds
from orchestrate.seeds.files import read_seed
from orchestrate.settings import Settings
from orchestrate.store.queries import check_holds_all_claims, check_was_built, query_rows
from orchestrate.store.seed_proposal import Row, seed_number
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import connect, sole_writer, sql_text

COLUMNS = ("source_name", "field_name", "trust")
RELATION = re.compile(r'"\w+"\."\w+"\."\w+"')  # a table as dbt names it: the file's name, schema, name
HELD, COPIED = '"warehouse".', '"copied".'
TRUST = '"copied"."seeds"."source_trust"'
GOLDEN_CELLS = '"copied"."intermediate"."int_golden_cells"'
NO_SQL = "The last build of this warehouse did not keep its survivorship SQL. Run a query again, then retry."

Sql = Mapping[str, str]  # relation -> its SQL
Trust = dict[tuple[str, str], float]


async def what_if(settings: Settings, file: Path, on_wait: Callable[[str], object]) -> WhatIf:
    """Replace rows of the trust seed with the rows of `file`, and return the cells that would change.

    Holds the warehouse only while it copies the claims. Raises UsageError for an unusable file, and if nothing has
    been built yet.
    """
    offered = read_trust(file)
    check_was_built(settings.warehouse_path)
    with duckdb.connect() as scratch:
        async with sole_writer(settings.mode_dir, "diff --trust", settings.lock_timeout_seconds, on_wait):
            sql = _kept_sql(settings.warehouse_path)
            models = models_between(sql, TRUST, GOLDEN_CELLS)
            _copy(scratch, settings.warehouse_path, _read_by(sql, models))
        _check_names(scratch, file, offered)
        trust, seed = _overlay(scratch, offered)
        for model in models:
            # The other models become views, so that columns that the cells do not need (quotes) are not written.
            _make(scratch, model, sql[model], "table" if model == GOLDEN_CELLS else "view")
        _compare(scratch)
        changes = tuple(RerankedChange(**row) for row in query_rows(scratch, _CHANGES, []))
        return WhatIf(
            trust=trust,
            seed_rows_kept=len(seed.keys() - offered.keys()),
            seed_rows=len(seed),
            claims=_count_claims(scratch),
            **query_rows(scratch, _COUNTS, [])[0],
            changes=changes,
            by_kind=count_kinds(changes),
            by_field=count_fields(changes),
        )


def read_trust(file: Path) -> Trust:
    """Trust by source and field. Raises UsageError for an unusable file or a trust that is not from 0 to 100."""
    rows = _read_rows(file)
    trust: Trust = {}
    for row in rows:
        unit = (row["source_name"] or "").strip(), (row["field_name"] or "").strip()
        points = seed_number(file, row, "trust")
        if not (math.isfinite(points) and 0 <= points <= 100):
            raise UsageError(f"{file.name}: trust is {row['trust']} for {','.join(unit)}; it must be from 0 to 100.")
        if unit in trust:
            raise UsageError(f"{file.name}: {','.join(unit)} has two rows.")
        trust[unit] = points
    return trust


def models_between(sql: Sql, changed: str, wanted: str) -> list[str]:
    """The models between `changed` and `wanted`, in build order. `wanted` is included."""
    reads = {model: set(RELATION.findall(text)) - {model} for model, text in sql.items()}
    order = [model for model in TopologicalSorter(reads).static_order() if model in sql]
    touched, needed = {changed}, {wanted}
    for model in order:
        if reads[model] & touched:
            touched.add(model)
    for model in reversed(order):
        if model in needed:
            needed |= reads[model]
    return [model for model in order if model in touched and model in needed]


def _read_rows(file: Path) -> list[Row]:
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    rows = read_seed(file)
    if not rows:
        raise UsageError(f"{file} has no rows. It needs the columns {', '.join(COLUMNS)} and at least one row.")
    missing = [column for column in COLUMNS if column not in rows[0]]
    if missing:
        raise UsageError(f"{file} lacks the columns {', '.join(missing)}. It needs {', '.join(COLUMNS)}.")
    return rows


def _kept_sql(warehouse: Path) -> Sql:
    with connect(warehouse, read_only=True) as held:
        try:
            check_holds_all_claims(held)
            sql = dict(held.execute("select relation, sql from ops.model_sql").fetchall())
        except duckdb.CatalogException:
            raise UsageError(NO_SQL) from None
    copied = {relation.replace(HELD, COPIED): text.replace(HELD, COPIED) for relation, text in sql.items()}
    if GOLDEN_CELLS not in copied:
        raise UsageError(NO_SQL)
    return copied


def _read_by(sql: Sql, models: list[str]) -> list[str]:
    """The relations that the models read but do not make."""
    return sorted({relation for model in models for relation in RELATION.findall(sql[model])} - set(models))


def _copy(scratch: duckdb.DuckDBPyConnection, warehouse: Path, relations: Iterable[str]) -> None:
    """Copy the current rows of `relations`, of the golden cells and of the entities' names."""
    scratch.execute("attach ':memory:' as copied")
    # The views of the file use the database name `warehouse`.
    scratch.execute(f"attach {sql_text(str(warehouse))} as warehouse (read_only)")
    for relation in relations:
        _make(scratch, relation, f"from {_today(scratch, relation)}")
    _make(scratch, '"copied"."now"."cells"', f"from {_today(scratch, GOLDEN_CELLS)}")
    _make(scratch, '"copied"."now"."entities"', "select entity_id, slug, entity_name from warehouse.marts.entities")
    scratch.execute("detach warehouse")


def _today(scratch: duckdb.DuckDBPyConnection, relation: str) -> str:
    held = relation.replace(COPIED, HELD)
    columns = {name for (name, *_) in scratch.execute(f"describe {held}").fetchall()}
    return f"{held} where is_current" if "is_current" in columns else held


def _make(scratch: duckdb.DuckDBPyConnection, relation: str, sql: str, kind: str = "table") -> None:
    scratch.execute(f"create schema if not exists {relation.rpartition('.')[0]}")
    scratch.execute(f"create {kind} {relation} as {sql}")


def _check_names(scratch: duckdb.DuckDBPyConnection, file: Path, offered: Trust) -> None:
    for kind, column, table, named in (
        ("source", "source_name", TRUST, {source for source, _ in offered}),
        ("field", "field_name", "copied.seeds.field_strategies", {field for _, field in offered} - {"*"}),
    ):
        rows = scratch.execute(f"select distinct {column} from {table} order by all").fetchall()  # noqa: S608
        known = [name for (name,) in rows]
        if unknown := sorted(named - set(known)):
            raise UsageError(
                f"{file.name}: there is no {kind} {', '.join(name or '(blank)' for name in unknown)}; "
                f"there are {', '.join(known)}."
            )


def _overlay(scratch: duckdb.DuckDBPyConnection, offered: Trust) -> tuple[tuple[TrustChange, ...], Trust]:
    """Change the seed in memory. Returns the changes, and the seed before them."""
    rows = scratch.execute(f"select source_name, field_name, trust from {TRUST}").fetchall()  # noqa: S608
    seed: Trust = {(source, field): trust for source, field, trust in rows}
    scratch.executemany(
        f"delete from {TRUST} where source_name = ? and field_name = ?",  # noqa: S608
        [[*unit] for unit in offered],
    )
    scratch.executemany(
        f"insert into {TRUST} (source_name, field_name, trust) values (?, ?, ?)",  # noqa: S608
        [[*unit, trust] for unit, trust in offered.items()],
    )
    changes = tuple(
        TrustChange(source_name=source, field_name=field, from_=held, to=trust)
        for (source, field), trust in offered.items()
        if (held := seed.get((source, field), seed.get((source, "*")))) != trust
    )
    return changes, seed


def _compare(scratch: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `compared`: the present cells beside the new cells."""
    as_text = rendered_sql("{{ cell_as_text() }}")
    columns = f"entity_id, field_name, sources, confidence, {as_text} as value"
    scratch.execute(
        f"""
        create temp table compared as
        with before as (select {columns} from copied.now.cells),
        after as (select {columns} from {GOLDEN_CELLS})

        select
            entity_id, field_name,
            case
                when before.value is null then 'appeared'
                when after.value is null then 'gone'
                when before.value != after.value then 'changed'
                when before.sources != after.sources then 'source'
                when before.confidence is distinct from after.confidence then 'confidence'
            end as kind,
            before.value as value_before, before.sources as sources_before,
            before.confidence::double as confidence_before,
            after.value as value_after, after.sources as sources_after, after.confidence::double as confidence_after
        from before
        full join after using (entity_id, field_name)
        """  # noqa: S608
    )


_CHANGES = (
    "select entity_id, slug, entity_name, compared.* exclude (entity_id) from compared "
    "left join copied.now.entities using (entity_id) "
    "where kind in ('appeared', 'gone', 'changed') "
    "order by kind = 'changed' desc, kind = 'gone' desc, entity_name, entity_id, field_name"
)
_COUNTS = (
    "select count(*) filter (where kind is distinct from 'appeared') as cells, "
    "count(*) filter (where kind = 'source') as other_source_only, "
    "count(*) filter (where kind = 'confidence') as other_confidence_only from compared"
)


def _count_claims(scratch: duckdb.DuckDBPyConnection) -> int:
    return int(scratch.execute("select count(*) from copied.intermediate.int_claims").fetchall()[0][0])
