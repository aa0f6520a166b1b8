"""A build loads seeds again when a file, a type, the way of reading or a table is another than at the last build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestrate.seeds.loaded import MATERIALIZATION, Seed, changed_seeds, forget_loaded

TRUST = Seed("seeds.trust", "seeds/trust.csv", {"source": "varchar", "trust": "double"})
AREAS = Seed("seeds.areas", "seeds/areas.csv", {"area": "varchar"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in ((MATERIALIZATION, "read_csv"), (TRUST.path, "source,trust\nmap,60\n"), (AREAS.path, "area\n")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def loaded(project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that has loaded both seeds."""
    with duckdb.connect() as connection:
        connection.execute("create schema ops; create schema seeds")
        connection.execute("create table ops.loaded_seeds (relation varchar, fingerprint varchar)")
        for seed in (TRUST, AREAS):
            connection.execute(f"create table {seed.relation} as select 1 as one")
            connection.execute("insert into ops.loaded_seeds values (?, ?)", [seed.relation, seed.fingerprint(project)])
        yield connection


def test_unchanged_seeds_need_no_loading(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    assert changed_seeds(loaded, [TRUST, AREAS], project) == ()


def test_a_seed_with_another_byte_is_loaded_again(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    (project / AREAS.path).write_text("area \n")

    assert changed_seeds(loaded, [TRUST, AREAS], project) == (AREAS,)


def test_another_way_of_reading_loads_every_seed_again(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    (project / MATERIALIZATION).write_text("read_csv in another way")

    assert changed_seeds(loaded, [TRUST, AREAS], project) == (TRUST, AREAS)


def test_another_type_or_order_of_columns_loads_it_again(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    for types in ({"source": "varchar", "trust": "bigint"}, {"trust": "double", "source": "varchar"}):
        changed = replace(TRUST, column_types=types)
        assert changed_seeds(loaded, [changed, AREAS], project) == (changed,)


def test_a_dropped_table_or_a_lost_record_loads_it_again(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    loaded.execute("drop table seeds.areas")
    assert changed_seeds(loaded, [TRUST, AREAS], project) == (AREAS,)

    forget_loaded(loaded)
    assert changed_seeds(loaded, [TRUST], project) == (TRUST,)


def test_a_warehouse_without_the_record_loads_every_seed(loaded: duckdb.DuckDBPyConnection, project: Path) -> None:
    loaded.execute("drop table ops.loaded_seeds")

    assert changed_seeds(loaded, [TRUST, AREAS], project) == (TRUST, AREAS)
