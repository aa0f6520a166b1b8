"""The places in a rule that the mutation run flips, and those that it leaves unchanged."""

import pytest

from bench.faults.sql_flips import flips


def flipped(sql: str) -> list[str]:
    return [sql[: flip.start] + instead + sql[flip.end :] for flip in flips(sql) for instead in flip.instead]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("a < b", ["a <= b", "a >= b"], id="boundary and direction"),
        pytest.param("a.b = 1", ["a.b != 1"], id="equality"),
        pytest.param(
            "when a = 1 and b then c",
            ["when a != 1 and b then c", "when a = 1 or b then c", "when a = 1 and not b then c"],
            id="conditions",
        ),
        pytest.param("where not t.is_eligible", ["where t.is_eligible"], id="negation"),
        pytest.param("a is null", ["a is not null"], id="null"),
        pytest.param("a is not distinct from b", ["a is distinct from b"], id="null-safe equality"),
        pytest.param("a not in ('x', 'y')", ["a in ('x', 'y')"], id="membership"),
        pytest.param("a between 1 and b", ["a not between 1 and b"], id="range without its bounds"),
        pytest.param("starts_with(a, 'x')", ["not starts_with(a, 'x')"], id="predicate"),
        pytest.param("max_by(a, b)", ["min_by(a, b)"], id="extreme"),
        pytest.param("coalesce(a, true)", ["coalesce(a, false)"], id="default for null"),
        pytest.param(
            "(order by f(a, b) desc nulls last, c)",
            [
                "(order by f(a, b)  nulls last, c)",
                "(order by f(a, b) desc nulls first, c)",
                "(order by f(a, b) desc nulls last, c desc)",
            ],
            id="order",
        ),
        pytest.param(
            "left join a union select distinct b",
            [
                "inner join a union select distinct b",
                "left join a union all select distinct b",
                "left join a union select b",
            ],
            id="rows kept",
        ),
        pytest.param(
            "'a = ''b''' -- a = b\n{# a = b #} {% if a == b %} {{ f('a = b') }} x::int",
            [],
            id="texts, comments and Jinja stay",
        ),
        pytest.param("f(k := 1, lambda x: x -> 2)", [], id="arrows and names of arguments"),
        pytest.param("a as not materialized", [], id="no condition"),
    ],
)
def test_only_conditions_are_flipped(sql, expected):
    assert flipped(sql) == expected
