"""Statements of DuckDB as statements of Spark, without a Spark."""

from __future__ import annotations

import pytest

from engines.spark.sql.errors import UntranslatableError
from engines.spark.sql.patterns import java_pattern
from engines.spark.sql.translate import to_spark

TABLES = {"s.t": ["a", "b", "c"], "s.u": ["a", "d"]}


def on_spark(sql: str) -> str:
    return to_spark(sql, TABLES.__getitem__)


LEFT = "case when (-1) < 0 then greatest(length(a) + (-1), 0) else -1 end"
ROWS = "s__t AS t LATERAL VIEW explode(a) _made_1 AS _made_1_item"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("a[1] from s.t", "try_element_at(a, 1) FROM s__t AS t", id="an_index_past_the_end_is_null"),
        pytest.param(
            "a / b from s.t",
            "coalesce(try_divide(cast(a as double), b), a * power(b, -1)) FROM s__t AS t",
            id="a_division_by_zero_is_infinite",
        ),
        pytest.param("0.5 * a from s.t", "0.5D * a FROM s__t AS t", id="a_fraction_is_a_double"),
        pytest.param("ln(a)::integer from s.t", "cast(rint(ln(a)) as INT) FROM s__t AS t", id="a_cast_rounds"),
        pytest.param("if(a > 1, b) from s.t", "if(a > 1, b, NULL) FROM s__t AS t", id="if_without_an_else"),
        pytest.param("flatten(a) from s.t", "flatten(array_compact(a)) FROM s__t AS t", id="no_list_among_lists"),
        pytest.param("left(a, -1) from s.t", f"left(a, cast(({LEFT}) as int)) FROM s__t AS t", id="letters_left_out"),
        pytest.param("* replace (b + 1 as b) from s.t", "t.a, b + 1 AS b, t.c FROM s__t AS t", id="places_of_columns"),
        pytest.param("b, unnest(a) as one from s.t", f"b, _made_1_item AS one FROM {ROWS}", id="a_list_as_rows"),
        pytest.param(
            r"regexp_replace(a, 'x$', '\1') from s.t",
            r"regexp_replace(a, '(?d)(?s)\\A(.*?)(?-s:x\\z)', '$1$2') FROM s__t AS t",
            id="only_the_first_match",
        ),
    ],
)
def test_a_statement_is_said_on_spark(ours, theirs):
    assert on_spark(f"select {ours}") == f"SELECT {theirs}"


@pytest.mark.parametrize("divisor", ["2", "0.5", "greatest(b, 1)", "nullif(b, 0)"])
def test_a_division_by_what_is_never_zero_is_a_division(divisor):
    assert on_spark(f"select a / {divisor} from s.t").startswith("SELECT (cast(a as double) / ")


@pytest.mark.parametrize("divisor", ["0", "greatest(b, 0)", "greatest(b, c)", "nullif(b, 1)", "least(b, 1)"])
def test_a_division_by_what_may_be_zero_is_infinite_there(divisor):
    assert "power(" in on_spark(f"select a / {divisor} from s.t")


def test_a_union_by_name_fills_what_a_side_lacks():
    sql = on_spark("select * from s.u union all by name select * from s.t")

    assert sql.split(" UNION ALL ")[0].startswith("SELECT a, d, NULL AS b, NULL AS c FROM (")


def test_the_order_of_an_enum_is_that_of_its_list():
    sql = on_spark("select a::enum ('y', 'x') <= 'x'::enum ('y', 'x') from s.t")

    assert sql.count("array_position(ARRAY('y', 'x'), ") == 2


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("select list_zip(a, b) from s.t", id="a_function"),
        pytest.param("select * rename (a as b) from s.t", id="a_star"),
        pytest.param("select unnest(a), unnest(b) from s.t", id="two_lists_as_rows"),
        pytest.param("select json_extract_string(a, b) from s.t", id="a_path_that_is_data"),
    ],
)
def test_what_has_no_translation_is_refused(sql):
    with pytest.raises(UntranslatableError):
        on_spark(sql)


@pytest.mark.parametrize("pattern", ["'a$'", "'a'\n'$'", "'a' || '$'"])
def test_a_pattern_that_is_written_out_needs_no_function(pattern):
    assert "(x rlike '(?d)a\\\\z')" in to_spark(f"select regexp_matches(x, {pattern}) from s.t", lambda _: ["x"])


def test_a_pattern_means_the_same_in_java():
    assert java_pattern(r"\p{Han}$") == r"(?d)\p{IsHan}\z"
    assert java_pattern("[[a]") == r"(?d)[\[a]"
    assert r"\b" not in java_pattern(r"\bunit")
