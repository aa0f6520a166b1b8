"""What a mapping makes of payloads, and what its SQL may not do."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from ingest.errors import SourceError
from ingest.lists.declaration.contract import ListContract
from ingest.lists.expressions import ExpressionError, closed_connection, columns_in
from ingest.lists.mapping import Mapping, map_rows


def contract(columns, **others):
    return ListContract.model_validate(
        {"source": "clubs", "location": "clubs.csv", "format": "csv", "id": ["id"], "columns": columns}
        | {"licence": {"name": "own"}}
        | others
    )


def mapped(payload, columns, **others):
    rows = pa.table({"source_record_id": ["1"], "payload_hash": ["h"], "payload": [json.dumps(payload)]})
    with closed_connection() as closed:
        (row,) = map_rows(closed, Mapping(contract(columns, **others)), rows).to_pylist()
    return {name: row[name] for name in row if name not in ("source_record_id", "payload_hash")}


@pytest.mark.parametrize(
    ("payload", "value", "texts"),
    [
        pytest.param({"Club Name": " Braid TC "}, "Club Name", ["Braid TC"], id="a_column"),
        pytest.param({"Name": "n/a"}, "Name", None, id="a_placeholder"),
        pytest.param({"Name": " k.A. "}, "Name", None, id="a_placeholder_in_german"),
        pytest.param({}, "Name", None, id="a_column_that_is_not_there"),
        pytest.param({"a": None, "b": "B", "c": "C"}, ["a", "b", "c"], ["B"], id="the_first_that_is_filled"),
        pytest.param({"tags": {"name": "A"}}, "tags/name", ["A"], id="a_way_into_an_object"),
        pytest.param({"tags/name": "A", "tags": {"name": "B"}}, "tags/name", ["A"], id="a_name_with_a_slash"),
        pytest.param({'say "hi"': "A", "say": "B"}, 'say "hi"', ["A"], id="a_name_with_quotes"),
        pytest.param({"Name": "A", "name": "B"}, ["name", "Name"], ["B"], id="names_that_differ_in_case"),
        pytest.param({"payload": "A", "text": "B"}, "payload", ["A"], id="names_that_we_use_ourselves"),
        pytest.param({}, {"value": "it's"}, ["it's"], id="a_constant"),
        pytest.param({"Street": "High St", "No": "4"}, {"sql": "\"No\" || ' ' || \"Street\""}, ["4 High St"], id="sql"),
        pytest.param(
            {"text": "a,b"}, {"sql": "list_transform([text], lambda t: upper(t))[1] -- x"}, ["A,B"], id="lambda"
        ),
    ],
)  # fmt: skip
def test_a_field_has_the_texts_that_the_mapping_names(payload, value, texts):
    assert mapped(payload, {"entity_name": value}) == {"entity_name": texts}


def test_fields_of_several_values_keep_each_once_and_in_order():
    payload = {"Tel": "2", "Mobile": "1", "Fax": "2", "Kind": "tennis; squash;; tennis"}

    columns = {"phone": ["Tel", "Mobile", "Fax"], "raw_categories": {"column": "Kind", "split": ";"}}

    assert mapped(payload, columns) == {"phone": ["2", "1"], "raw_categories": ["tennis", "squash"]}


def test_a_decimal_comma_becomes_a_point_in_numbers_only():
    payload = {"lat": "55,95", "votes": "1.024", "name": "Nr. 1,5"}
    columns = {"latitude": "lat", "rating_count": "votes", "entity_name": "name", "country": {"value": "NA"}}

    assert mapped(payload, columns, options={"decimal": ","}) == {
        "latitude": ["55.95"],
        "rating_count": ["1024"],
        "entity_name": ["Nr. 1,5"],
        "country": ["NA"],
    }


def test_the_version_is_that_of_the_mapping_alone():
    one = contract({"entity_name": "Name"})

    assert Mapping(one).version == Mapping(contract({"entity_name": "Name"}, title="Clubs", trust={"*": 10})).version
    assert Mapping(one).version != Mapping(contract({"entity_name": "Title"})).version


@pytest.mark.parametrize(
    "expression",
    [
        "read_csv('/etc/passwd')",
        "x from read_csv('/etc/passwd')",
        "(select content from read_text('/etc/passwd'))",
        "exists (from '/etc/passwd')",
        "read_text('/etc/passwd')",
        "getenv('HOME')",
        "a; attach '/tmp/x.duckdb'",
        "a; copy (select 1) to '/tmp/x.csv'",
        "a; pragma version",
        "a; set enable_external_access = true",
        "a) union all (select 1",
        "query('from read_csv(''/etc/passwd'')')",
        "count(*)",
        "lag(a) over ()",
        "random()",
        "now()",
        "current_date",
        "a, b",
        "*",
        "",
    ],
)
def test_sql_that_is_more_than_an_expression_is_refused(expression):
    with pytest.raises(ExpressionError):
        columns_in(expression)


@pytest.mark.parametrize(
    "statement",
    ["from read_csv('/etc/passwd')", "attach '/tmp/x.duckdb'", "copy (select 1) to '/tmp/x.csv'", "install httpfs",
     "set enable_external_access = true", "from read_text('/etc/passwd')"],
)  # fmt: skip
def test_the_database_of_the_mapping_reaches_no_file_even_without_the_parser(statement):
    with closed_connection() as closed, pytest.raises(Exception, match=r"disabled|locked|external"):
        closed.execute(statement)


def test_an_expression_that_fails_on_a_row_is_one_sentence():
    with pytest.raises(SourceError) as raised:
        mapped({"a": "x"}, {"rating": {"sql": "a::integer"}})

    assert raised.value.sentence.startswith("sources/clubs.yml: a mapping fails: Conversion Error: Could not convert")
