"""Records the changes of each publication and their causes, for `trigpoint diff`.

`entity_history` recomputes the past with today's rules. This record has the values that readers of the published file
saw. It grows only by the cells that change.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from orchestrate.run.publication.hands import find_hands
from orchestrate.run.publication.ranked_rows import rows_of
from orchestrate.run.publication.touched import Touched, count_touched
from orchestrate.store.dbt_project import build_memory, change_memory
from orchestrate.store.queries import SKIPS_OTHER_IDS, is_of_what_changed
from orchestrate.store.sql_macros import rendered_sql
from orchestrate.store.warehouse import connect

# Seeds with their own kind of hand.
OF_OTHER_HANDS = {"source_trust.csv", "manual_overrides.csv", "match_overrides.csv"}
CLAIMS = "marts.entity_claims"
RANKED = "intermediate.int_entities_to_rank"
UNKNOWN = "{}"  # for a publication without a record of its rules
TRUST = (  # of the seed and of the declared lists
    "select to_json(list(trusted order by source_name, field_name))::varchar "
    "from (select source_name, field_name, trust from intermediate.int_source_trust) as trusted"
)


@dataclass(frozen=True)
class Build:
    """A build that will be published."""

    build_id: str
    run_id: str
    command: str
    as_of: datetime
    published_at: datetime
    engine: str = "duckdb"


def record_publication(connection: duckdb.DuckDBPyConnection, build: Build, project_dir: Path, published: Path) -> None:
    """Record the cells that `build` changes since the last publication, and what changed them.

    Call it after dbt's tests have passed and before the marts are copied.
    """
    settle(connection, published)
    is_of_change = is_of_what_changed(connection)
    memory = change_memory() if is_of_change else build_memory()
    connection.execute("set memory_limit = ?", [memory])
    connection.execute(SKIPS_OTHER_IDS)
    ((number,),) = connection.execute("select coalesce(max(publication_no), 0) + 1 from ops.publications").fetchall()
    made_by = json.dumps(made_from(project_dir))
    claims = rows_of(connection, CLAIMS, RANKED) if is_of_change else CLAIMS
    _compare(connection, claims, is_of_change=is_of_change)
    find_hands(connection, made_by, claims)
    _write(connection, number, build, made_by, count_touched(connection, published, is_of_change=is_of_change))


def _write(
    connection: duckdb.DuckDBPyConnection, number: int, build: Build, made_by: str, touched: Touched | None = None
) -> None:
    connection.execute("begin")
    connection.execute(
        f"insert into ops.publications by name select ? as publication_no, ? as build_id, ? as run_id, ? as command, "  # noqa: S608
        f"? as as_of, ? as published_at, (select count(*) from marts.entities) as entities, ({TRUST}) as trust, "
        "? as made_by, ? as touched, ? as engine",
        [
            number, build.build_id, build.run_id, build.command, build.as_of, build.published_at, made_by,
            touched.as_json() if touched else None, build.engine,
        ],
    )  # fmt: skip
    connection.execute(
        "insert into ops.cell_changes by name "
        "select ?::bigint as publication_no, * exclude (value_then, sources_then, records_then) from changed_cells "
        "order by entity_id",  # the next publications look for the cells of few entities
        [number],
    )
    connection.execute("commit")


def keep_baseline(connection: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Make the present publication the start of the record, in a warehouse that has published without a record."""
    ((recorded,),) = connection.execute("select count(*) from ops.publications").fetchall()
    if recorded or not published.exists():
        return
    try:
        ((run_id, as_of),) = connection.execute("select run_id, as_of from ops.build_context").fetchall()
        _compare(connection)
    except (duckdb.CatalogException, ValueError):  # no run has published yet
        return
    find_hands(connection, UNKNOWN)
    _write(connection, 1, Build(run_id, run_id, "run", as_of, as_of), UNKNOWN)


def settle(connection: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Delete the record of the last publication if it was never put in place (a full disk, `kill -9`)."""
    last = connection.execute(
        "select publication_no, build_id from ops.publications order by publication_no desc limit 1"
    ).fetchall()
    if not last or not published.exists():
        return
    with connect(published, read_only=True) as marts:
        try:
            in_place = marts.execute("select count(*) from marts.publications where build_id = ?", [last[0][1]])
        except duckdb.CatalogException:  # from a version that kept no record
            return
        if in_place.fetchall()[0][0]:
            return
    for table in ("cell_changes", "publications"):
        connection.execute(f"delete from ops.{table} where publication_no = ?", [last[0][0]])  # noqa: S608 (ours)


def made_from(project_dir: Path) -> dict[str, str]:
    """The other inputs of the cells, each with its version or hash."""
    seeds_dir = project_dir / "dbt_project" / "seeds"
    seeds = {path.name: _hash(path) for path in sorted(seeds_dir.glob("*.csv")) if path.name not in OF_OTHER_HANDS}
    models = [*(project_dir / "models").rglob("*.sql"), *(project_dir / "dbt_project" / "macros").rglob("*.sql")]
    return {
        **seeds,
        "the models": _hash(*sorted(models)),
        "dbt_project.yml": _hash(project_dir / "dbt_project.yml"),
        "trigpoint": version("trigpoint"),
    }


def _hash(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _compare(connection: duckdb.DuckDBPyConnection, claims: str = CLAIMS, *, is_of_change: bool = False) -> None:
    """Make the temporary table `changed_cells`: the cells that differ from the last publication."""
    now = _CELLS_NOW.replace("$claims", claims)
    before = _CELLS_BEFORE.replace("$of_this_build", _FEW_CELLS if is_of_change else _MANY_CELLS)
    connection.execute(rendered_sql(";".join((now, before, _CHANGED_CELLS))))


_CELLS_NOW = """
create or replace temp view cells_now as
with winners as (
    select
        *,
        source_name || ':' || source_record_id as record -- what is derived is of no record
    from $claims as claims
    semi join intermediate.int_entities_to_rank using (entity_id)
    where is_winner
),

records as (
    -- Only list fields have several winners, so only they need an aggregate.
    select
        entity_id,
        field_name,
        if(record is null, [], [record]) as records,
        expires_at
    from winners
    where strategy is distinct from 'union'
    union all
    select
        entity_id,
        field_name,
        list_sort(list(distinct record) filter (where record is not null)) as records,
        min(expires_at) as expires_at
    from winners
    where strategy = 'union'
    group by entity_id, field_name
)

select
    entity_id,
    field_name,
    {{ cell_as_text() }} as value,
    cells.sources,
    records.records,
    records.expires_at
from (from intermediate.int_golden_cells where is_current) as cells
left join records using (entity_id, field_name)
"""
_CELLS_BEFORE = """
create or replace temp view cells_before as
with of_this_build as (
    -- The cells of the other entities are those of the last publication.
    select entity_id from intermediate.int_entity_moments
    where ranked_because is not null
)

select entity_id, field_name, unnest(last)
from (
    select entity_id, field_name, max_by(
        {
            'slug': slug, 'entity_name': entity_name, 'value': value, 'sources': sources, 'records': records
        },
        publication_no
    ) as last
    from ops.cell_changes
    $of_this_build
    group by entity_id, field_name
)
where len(last.sources) > 0
"""
_MANY_CELLS = "semi join of_this_build using (entity_id)"
# First the numbers of the rows: otherwise all columns of all cells that were ever published are read.
_FEW_CELLS = "where rowid in (select rowid from ops.cell_changes semi join of_this_build using (entity_id))"
_CHANGED_CELLS = """
create or replace temp table changed_cells as
select
    entity_id,
    field_name,
    coalesce(entities.slug, before.slug) as slug,
    coalesce(entities.entity_name, before.entity_name) as entity_name,
    now.value,
    coalesce(now.sources, []) as sources,
    coalesce(now.records, []) as records,
    now.expires_at,
    before.value as value_then,
    coalesce(before.sources, []) as sources_then,
    coalesce(before.records, []) as records_then,
    null::varchar as hand,
    null::varchar as why
from cells_now as now
full join cells_before as before using (entity_id, field_name)
left join marts.entities using (entity_id)
where now.value is distinct from before.value or now.sources is distinct from before.sources
"""


# --- retention ------------------------------------------------------------------------------------------------


def forget_overdue(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> Counter[str]:
    """Remove the values past their retention limit. Returns their number by source."""
    emptied = connection.execute(
        "update ops.cell_changes set value = null, purged_at = $1 where expires_at <= $1 and value is not null "
        "returning sources",
        [as_of],
    ).fetchall()
    return Counter(source for (sources,) in emptied for source in sources)


def count_overdue_cells(connection: duckdb.DuckDBPyConnection, table: str, as_of: datetime) -> int:
    return int(
        connection.execute(
            f"select count(*) from {table} where expires_at <= ? and value is not null",  # noqa: S608 (a table of ours)
            [as_of],
        ).fetchall()[0][0]
    )
