"""What needs a Spark: `make setup-spark`, then `.venv-spark/bin/pytest tests/engines`. TRIGPOINT_SPARK_REMOTE names a
server of Spark Connect, which sees the temporary folder, too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from sqlglot import parse_one

from engines.spark import recursion
from engines.spark.session import start
from engines.spark.sql.dialect import Written
from engines.spark.sql.translate import to_spark
from engines.spark.tables import TableError, Tables
from engines.spark.warehouse import Warehouse
from tests.engines.test_similarity import LETTERS, pairs
from tests.engines.test_steps import chain

pytest.importorskip("pyspark", reason="Spark is not installed")

LINKS = [(1, 2), (2, 3), (3, 9), (5, 4), (6, 7), (7, 5)]
COMPONENTS = """
with recursive links as (select one, other from s.links union all select other, one from s.links),
found (record_no, component_no) using key (record_no) as (
    select record_no, record_no from s.records
    union
    (
        select links.other, min(found.component_no)
        from found
        inner join links on found.record_no = links.one
        inner join recurring.found as known on links.other = known.record_no
        where found.component_no < known.component_no
        group by links.other
    )
)
select * from found
"""
GROUPS = """
with recursive links as (select one, other from s.links),
groups (record_no, group_no) using key (record_no) as (
    select records.record_no, records.record_no
    from s.records
    inner join s.records as others on records.record_no = others.record_no
    union
    (
        with apart as (
            select
                least(lefts.group_no, rights.group_no) as low_no,
                greatest(lefts.group_no, rights.group_no) as high_no
            from links
            inner join recurring.groups as lefts on links.one = lefts.record_no
            inner join recurring.groups as rights on links.other = rights.record_no
            where lefts.group_no != rights.group_no
        ),
        joined as (select high_no, min(low_no) as low_no from apart group by high_no)
        select groups.record_no, joined.low_no
        from joined
        inner join recurring.groups as groups on joined.high_no = groups.group_no
    )
)
select * from groups
"""

LISTS = [["a", "b"], ["a", None], [None], [], None, ["b", "b", "é"]]
TEXTS = ["a b  c", "", "é—日本", None, " x ", "A|b|", "%5.0"]
WHOLE = [0, 1, -1, 3, None, 7]
FRACTIONS = [0.5, -0.5, 1.5, 2.5, -2.5, None, 1e-5, 123456789.125]
OF_ROWS = [  # of lists l and m, texts s and r, whole numbers i and k, fractions x and y
    "list_has_any(l, m)", "list_has_all(l, m)", "list_contains(l, s)", "list_contains(l, 'a')", "list_max(l)",
    "list_sort(list_distinct(l))", "list_sort(list_intersect(l, m))", "list_position(l, 'b')", "list_last(l)",
    "list_reverse(l)", "list_append(l, s)", "list_concat(l, m)", "l || m", "list_sort(l)", "flatten([l, m])", "len(l)",
    "list_bool_and(list_transform(l, lambda one: one = 'a'))", "list_filter(l, lambda one: one != 'a')", "l[1]",
    "l[-1]",
    "array_to_string(list_filter(l, lambda one: one is not null), '|')", "to_json(l)", "to_json(s)", "md5(s)", "ord(s)",
    "concat(s, r)", "concat_ws('|', s, r)", "s || r", "contains(s, r)", "starts_with(s, r)", "ends_with(s, r)",
    "split_part(s, ' ', 2)", "split_part(s, '|', 3)", "string_split(s, '|')", "string_split(s, ' ')", "instr(s, 'b')",
    "string_split_regex(s, '\\s+')", "substr(s, 2)", "substr(s, 2, 1)", "substr(s, -2)", "left(s, i)", "right(s, i)",
    "length(s)", "strlen(s)", "lower(s)", "upper(s)", "trim(s)", "ltrim(s)", "rtrim(s)", "trim(s, 'a ')",
    "ltrim(s, 'a ')", "rtrim(s, 'c')", "replace(s, 'b', '')",
    "regexp_replace(s, '\\s+', ' ', 'g')", "regexp_extract(s, '([a-z])', 1)", "regexp_extract_all(s, '[a-z]')",
    "levenshtein(s, r)", "strip_accents(s)", "try_cast(s as double)", "try_cast(s as integer)", "s like '%b%'",
    "greatest(x, y)", "least(x, y)", "greatest(i, k)", "least(s, r)", "round(x)", "round(x, 1)", "round(x)::integer",
    "x::varchar", "i::varchar", "(i > 0)::varchar", "abs(x)", "sqrt(abs(x))", "floor(x)::integer", "nullif(i, k)",
    "x / y", "x / i", "i / k", "1 / k", "x / (y * i)", "0.1 / greatest(i, 1)", "x / nullif(k, 0)", "x / y / i", "x / 0",
    "coalesce(s, r)", "i is distinct from k", "isfinite(x)", "generate_series(1, i)", "date '2026-01-31' + to_days(i)",
]  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    session = start(master="local[1]", remote=os.environ.get("TRIGPOINT_SPARK_REMOTE"))
    yield session
    session.stop()


def test_similarities_are_those_of_duckdb_to_the_last_digit(session):
    sql = "select one, other, jaro_winkler_similarity(one, other) as similarity from pairs"
    rows = [pair for letters in LETTERS.values() for pair in pairs(letters)]
    with duckdb.connect() as connection:
        connection.execute("create table pairs (one varchar, other varchar)")
        connection.executemany("insert into pairs values (?, ?)", [list(row) for row in rows])
        ours = connection.execute(sql).fetchall()
    session.createDataFrame(rows, "one string, other string").createOrReplaceTempView("pairs")

    theirs = session.sql(to_spark(sql, {".pairs": ["one", "other"]}.__getitem__)).collect()

    assert sorted(ours) == sorted(tuple(row) for row in theirs)


def test_functions_of_nulls_and_of_nothing_are_those_of_duckdb(session):
    columns = {"n": "int", "l": "varchar[]", "m": "varchar[]", "s": "varchar", "r": "varchar"}
    columns |= {"i": "int", "k": "int", "x": "double", "y": "double"}
    values = (LISTS, TEXTS, WHOLE, FRACTIONS)
    given = [(n, *(one[m % len(one)] for one in values for m in (n, n // len(one)))) for n in range(240)]
    sql = f"select n, {', '.join(f'{one} as of_{number}' for number, one in enumerate(OF_ROWS))} from given"
    with duckdb.connect() as connection:
        connection.execute(f"create table given ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        connection.executemany(f"insert into given values ({', '.join('?' * len(columns))})", [[*row] for row in given])
        ours = connection.execute(f"{sql} order by n").fetchall()
    schema = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    schema = schema.replace("varchar[]", "array<string>").replace("varchar", "string")
    session.createDataFrame(given, schema).createOrReplaceTempView("given")

    theirs = session.sql(to_spark(sql, {".given": list(columns)}.__getitem__)).orderBy("n").collect()

    differing = {
        OF_ROWS[place - 1]: (given[row[0]][1:], one, other)
        for row, their_row in zip(ours, theirs, strict=True)
        for place, (one, other) in enumerate(zip(row, their_row, strict=True))
        if one != other and not (one != one and other != other)  # of two nans
    }
    assert differing == {}


@pytest.mark.parametrize("sql", [pytest.param(COMPONENTS, id="by_links"), pytest.param(GROUPS, id="by_groups")])
def test_a_recursion_with_a_key_finds_the_components(session, tmp_path, sql):
    session.createDataFrame(LINKS, "one int, other int").createOrReplaceTempView("s__links")
    session.createDataFrame([(n,) for n in range(1, 10)], "record_no int").createOrReplaceTempView("s__records")
    columns = {"s.links": ["one", "other"], "s.records": ["record_no"]}

    found = recursion.run(session, parse_one(sql, dialect=Written), columns.__getitem__, tmp_path / "found").collect()

    assert {tuple(row) for row in found} == {
        *((n, 1) for n in (1, 2, 3, 9)),
        *((n, 4) for n in (4, 5, 6, 7)),
        (8, 8),
    }


def test_a_table_reads_itself_and_what_only_the_warehouse_has(session, tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema s")
        connection.execute("create table s.landed as select 1::hugeint as n, '{\"a\": 1}'::json as payload")
        connection.execute("create table s.log as select 7::bigint as n")
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", tmp_path)
    tables = Tables(session, tmp_path / "tables", warehouse)

    for _ in range(2):
        tables.make("s.log", "select n from s.landed where n not in (select n from s.log where n = 1)", appends=True)
    tables.make("s.other", "select max(n) as n from s.log", ["n"])

    again = Tables(session, tmp_path / "tables", warehouse)
    assert sorted(tuple(row) for row in again.query("select n from s.log").collect()) == [(1,), (7,)]
    assert [tuple(row) for row in again.query("select n from s.other").collect()] == [(7,)]
    assert again.types_of("s.landed") == {"n": "HUGEINT", "payload": "JSON"}
    with pytest.raises(TableError, match="its contract has other columns: m, n"):
        tables.make("s.third", "select n as m from s.log", ["n"])
    with pytest.raises(TableError, match=r"there is no table s\.none"):
        tables.query("select * from s.none")


def test_a_long_chain_of_steps_is_planned(session, tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema s")
        connection.execute("create table s.t as select unnest([1, 2, 3]) as a")
    tables = Tables(session, tmp_path / "tables", Warehouse(tmp_path / "warehouse.duckdb", tmp_path))

    tables.make("s.end", chain(14))

    assert sorted(row.a for row in tables.query("select a from s.end").collect()) == [1, 2, 3]
    assert [*(tmp_path / "steps").glob("*")] == []  # they are deleted with the table that they were for


def test_a_list_of_one_row_is_no_column_of_each_row(session, tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema s")
        connection.execute("create table s.t as select unnest([[1, 3], [2]]) as places")
        connection.execute("create table s.letters as select unnest(['b', 'a', 'c']) as letter")
    tables = Tables(session, tmp_path / "tables", Warehouse(tmp_path / "warehouse.duckdb", tmp_path))

    found = tables.query(
        "with letters as (select list(letter order by letter) as known from s.letters) "
        "select list_transform(t.places, lambda place: letters.known[place]) as spelled "
        "from s.t as t cross join letters"
    )

    assert sorted(row.spelled for row in found.collect()) == [["a", "c"], ["b"]]


def test_numbers_have_the_text_of_duckdb(session):
    """Java writes an exponent below 0.001 and from ten million on, and writes it otherwise."""
    numbers = [
        0.0001,
        0.000847,
        -0.0005,
        0.002,
        12345678.5,
        5.0,
        0.0,
        1e15,
        1234.5678,
        -8e-05,
        9.8e-05,
        1.5e-07,
        1e16,
        2.5e120,
    ]
    sql = "select place, to_json([place])::varchar as listed from numbers where abs(place) between 1e-4 and 1e7"
    large = "select place, place::varchar as written, (round(place, 3) + 0)::varchar as rounded from numbers"
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select unnest($1::double[]) as place", [numbers])
        ours, ours_large = connection.execute(sql).fetchall(), connection.execute(large).fetchall()
    session.createDataFrame([(one,) for one in numbers], "place double").createOrReplaceTempView("numbers")

    theirs, theirs_large = (
        session.sql(to_spark(one, {".numbers": ["place"]}.__getitem__)).collect() for one in (sql, large)
    )

    assert sorted(tuple(row) for row in theirs) == sorted(ours)
    assert sorted(tuple(row) for row in theirs_large) == sorted(ours_large)
