"""What a `sources/*.yml` may say, and the sentence for each fault."""

# ruff: noqa: E501 (a table of sentences)
from __future__ import annotations

from pathlib import Path

import pytest

from ingest.lists.declaration.contract import ColumnValue, ConstantValue, ListContract, RestOptions, SqlValue
from ingest.lists.declaration.contract_files import ContractError, read_contract, read_contracts, write_contract

CLUBS = """\
source: clubs
title: Clubs of the league
location: ../lists/clubs.csv
format: csv
options: {encoding: windows-1252, delimiter: ";", header_row: 3, crs: "EPSG:27700"}
id: [club_id]
columns:
  entity_name: Club Name
  phone: [Tel, Mobile]
  raw_categories: {column: Type, split: ";"}
  country: {value: NO}
  street_address: {sql: "\\"Street\\" || ' ' || \\"No\\""}
trust: {"*": 60, phone: 75}
licence: {name: OGL v3, republish: true}
"""


def written(directory: Path, text: str, name: str = "clubs") -> Path:
    path = directory / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_contract_says_where_each_value_comes_from(tmp_path):
    contract = read_contract(written(tmp_path, CLUBS))

    assert contract.columns == {
        "entity_name": (ColumnValue(column="Club Name"),),
        "phone": (ColumnValue(column="Tel"), ColumnValue(column="Mobile")),
        "raw_categories": (ColumnValue(column="Type", split=";"),),
        "country": (ConstantValue(value="NO"),),
        "street_address": (SqlValue(sql='"Street" || \' \' || "No"'),),
    }
    assert (contract.id, contract.reading.header_row, contract.trust) == (("club_id",), 3, {"*": 60, "phone": 75})
    assert (contract.rows, contract.fresh_hours, contract.repeats_places) == ("replace", 24, "measured")


def test_a_word_of_the_list_means_values_that_are_known(tmp_path):
    path = written(tmp_path, CLUBS + "categories:\n  TC: [tennis, sports_club]\n  Bad: swiming\n")
    known = {"tennis", "sports_club", "swimming"}

    with pytest.raises(ContractError) as raised:
        read_contract(path, known)

    sentence = "`categories.Bad` means `swiming`, which is no value of the seed `taxonomy`; did you mean `swimming`?"
    assert str(raised.value) == f"clubs.yml, line 17: {sentence}"
    assert read_contract(path).categories == {"TC": ("tennis", "sports_club"), "Bad": ("swiming",)}


def test_what_is_written_is_read_again(tmp_path):
    contract = read_contract(written(tmp_path, CLUBS + "categories: {TC: [tennis], Bad: swimming}\n"))
    other = tmp_path / "other"

    write_contract(contract, other / "clubs.yml", ["Not mapped: Fax"])

    assert read_contracts(other) == (contract,)
    assert (other / "clubs.yml").read_text().startswith("# Not mapped: Fax\nsource: clubs\n")


def test_a_rest_source_has_the_configuration_of_dlt(tmp_path):
    text = CLUBS.replace("format: csv", "format: rest_api").replace(
        'options: {encoding: windows-1252, delimiter: ";", header_row: 3, crs: "EPSG:27700"}',
        "options: {client: {base_url: https://clubs.example/api}, resources: [clubs]}",
    )

    options = read_contract(written(tmp_path, text)).options

    assert options == RestOptions(client={"base_url": "https://clubs.example/api"}, resources=["clubs"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("title:", "titel:", "line 2: `titel` is no key that is known here; did you mean `title`?", id="key"),
        pytest.param("  phone:", "  phnoe:", "line 9: `columns.phnoe` is no field of a record; did you mean `phone`?", id="field"),
        pytest.param('"*": 60', '"*": 160', "line 13: `trust.*` must be 100 or less.", id="trust"),
        pytest.param('"*": 60', '"*": much', "line 13: `trust.*` must be a whole number.", id="type"),
        pytest.param("title: Clubs of the league", "title: [Clubs]", "line 2: `title` must be a text.", id="text"),
        pytest.param("title: Clubs of the league", "coverage: {countries: [uk]}", "line 2: `coverage.countries.0` must be two capital letters, such as GB.", id="country"),
        pytest.param('EPSG:27700', '27700', "line 5: `options.crs` must be EPSG: and a number, such as EPSG:27700.", id="crs"),
        pytest.param("header_row: 3", "header_rows: 3", "line 5: `options.header_rows` is no key that is known here.", id="inner_key"),
        pytest.param("id: [club_id]\n", "", "line 1: `id` is missing.", id="no_id"),
        pytest.param("id: [club_id]", "id: club_id", "line 6: `id` an id is a list of columns, such as [club_id], or the word `made`.", id="id"),
        pytest.param("source: clubs", "source: Clubs!", "line 1: `source` a name has small letters, digits and `_`, begins with a letter, and has at most 50.", id="name"),
        pytest.param("source: clubs", "source: serper", "line 1: `source` `serper` is a source that Trigpoint has already.", id="built_in"),
        pytest.param("source: clubs", "source: teams", "line 1: `source` is `teams`, and the file clubs.yml.", id="other_name"),
        pytest.param("{value: NO}", "{vlaue: NO}", "line 11: `columns.country.vlaue` is no key that is known here.", id="value"),
        pytest.param("format: csv", "format: pdf", "line 4: `format` must be 'csv', 'parquet', 'geojson', 'ndjson', 'xlsx', 'osm_pbf', 'duckdb', 'sqlite' or 'rest_api'.", id="format"),
        pytest.param("title: Clubs", "source: Clubs", "line 2: has the key `source` twice.", id="twice"),
        pytest.param("title: Clubs", "title: *clubs", "line 2: uses the alias `*clubs`; write the value out.", id="alias"),
        pytest.param("id: [club_id]", "id: [club_id", "line 7: is no YAML: expected ',' or ']', but got ':'.", id="no_yaml"),
        pytest.param("format: csv", "format: rest_api", "line 1: the options `client` and `resources` belong to the format rest_api, and to no other.", id="options"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_key(tmp_path, old, new, sentence):
    path = written(tmp_path, CLUBS.replace(old, new, 1))

    with pytest.raises(ContractError) as raised:
        read_contract(path)

    assert str(raised.value) == f"clubs.yml, {sentence}"


@pytest.mark.parametrize("text", ["", "clubs", "- a\n- b", "a: \x00", "\ufeff", "[" * 1000, "a: " * 5000])
def test_a_file_that_is_no_contract_is_one_sentence(tmp_path, text):
    with pytest.raises(ContractError) as raised:
        read_contract(written(tmp_path, text))

    assert str(raised.value).startswith("clubs.yml, line ")
    assert "\n" not in str(raised.value)


def test_a_made_id_needs_no_column(tmp_path):
    assert read_contract(written(tmp_path, CLUBS.replace("id: [club_id]", "id: made"))).id == "made"


def test_every_field_has_a_word_for_editors():
    assert set(ListContract.model_json_schema()["required"]) == {
        "source",
        "location",
        "format",
        "id",
        "columns",
        "licence",
    }
