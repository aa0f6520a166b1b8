"""The columns of single statements: what each is made of."""

import pytest

from orchestrate.maintain.lineage.queries import columns_of

TABLES = {"s.t": ["id", "a", "b", "payload"], "s.u": ["id", "c", "tags"], "s.claims": ["id", "field_name", "value"]}


def made_of(sql: str) -> dict[str, set[str]]:
    """By column: the columns that it comes from, with a path and the rows, or a literal."""
    return {
        name: {
            ".".join([part.table, part.column, *part.path]).lstrip(".") + "".join(f"[{row}]" for _, row in part.rows)
            for part in value.flat()
        }
        for name, value in columns_of(sql, TABLES.__getitem__).items()
    }


@pytest.mark.parametrize(
    ("sql", "column", "origins"),
    [
        pytest.param("with x as (select * from s.t) select a from x", "a", {"s.t.a"}, id="star"),
        pytest.param("select * exclude (b) replace (b as a) from s.t", "a", {"s.t.b"}, id="replaced"),
        pytest.param("select t.* from s.t as t semi join s.u as u on t.id = u.id", "id", {"s.t.id"}, id="semi join"),
        pytest.param("select a from s.t union all by name select c as a from s.u", "a", {"s.t.a", "s.u.c"}, id="union"),
        pytest.param("select x.p as r from (select {'p': a, 'q': b} as x from s.t)", "r", {"s.t.a"}, id="struct"),
        pytest.param("select given.a as r from (select given from s.t as given)", "r", {"s.t.a"}, id="whole row"),
        pytest.param("select unnest([a, b]) as r from s.t", "r", {"s.t.a", "s.t.b"}, id="unnest"),
        pytest.param(
            "select j->>'$.name' as r from (select json_extract(payload, '$.tags') as j from s.t)",
            "r",
            {"s.t.payload.tags.name"},
            id="path into json",
        ),
        pytest.param("select coalesce(a, b) as r from s.t", "r", {"s.t.a", "s.t.b"}, id="either"),
        pytest.param("select case when a > 1 then true end as r from s.t", "r", {"s.t.a"}, id="condition"),
        pytest.param("select list_transform([a], lambda x: x || 'm') as r from s.t", "r", {"s.t.a"}, id="lambda"),
        pytest.param("select 'x' as r from s.t", "r", {"'x'"}, id="literal"),
    ],
)
def test_a_column_is_led_back_to_what_it_is_made_of(sql, column, origins):
    assert made_of(sql)[column] >= origins
    assert {one for one in made_of(sql)[column] if one.startswith("s.")} == {one for one in origins if one[:2] == "s."}


UNPIVOTED = "select field_name, value from (select a, b from s.t) unpivot (value for field_name in (a, b))"


@pytest.mark.parametrize(
    ("sql", "origins"),
    [
        pytest.param("select value as r from s.claims where field_name = 'a'", {"s.claims.value[a]"}, id="where"),
        pytest.param(
            "select max(value) filter (where field_name = 'a') as r from s.claims", {"s.claims.value[a]"}, id="filter"
        ),
        pytest.param(f"select value as r from ({UNPIVOTED}) where field_name = 'b'", {"s.t.b"}, id="unpivoted"),
        pytest.param(
            "select m['a'] as r from (select map_from_entries(list({'f': field_name, 'v': value})) as m from s.claims)",
            {"s.claims.value[a]"},
            id="map",
        ),
    ],
)
def test_of_claims_only_the_rows_of_the_field_count(sql, origins):
    assert made_of(sql)["r"] == origins
