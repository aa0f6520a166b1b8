"""Seeds are code that a person writes: each fault is one sentence, before anything is asked, and dbt's tests agree."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from orchestrate.seeds.check import CHECKS, TYPES, check_seeds
from orchestrate.seeds.files import SeedError
from orchestrate.seeds.rules import read_rules
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse
from tests.project_copy import copy_project, dbt

TRUST = "source_name,field_name,trust,why\n"
PAIRS = "left_record_key,right_record_key,decision,reason,author,decided_on\n"
CORRECTIONS = "override_id,record_key,entity_id,field_name,value,reason,author,decided_on,retire_when_source_changes\n"
CORRECTION = "c1,openstreetmap:node/1,,{field},{value},,,2026-01-31,false\n"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS_DIR, tmp_path / "seeds"))


def faults(seeds: Path) -> list[str]:
    with pytest.raises(SeedError) as caught:
        check_seeds(seeds)
    return [str(fault) for fault in caught.value.faults]


def append(seeds: Path, name: str, row: str) -> int:
    """Add a row; the number of its line."""
    text = (seeds / name).read_text()
    (seeds / name).write_text(text + row + "\n")
    return text.count("\n") + 1


def test_the_seeds_at_hand_have_no_fault(seeds):
    check_seeds(seeds)  # raises for a fault


def test_a_seed_that_is_edited_after_a_check_is_checked_again(seeds):
    before = check_seeds(seeds)
    assert check_seeds(seeds) == before

    line = append(seeds, "source_trust.csv", "googel_places,*,70,")

    assert [f"line {line}" in fault for fault in faults(seeds)] == [True]


def test_a_person_may_decide_about_records_of_a_list(seeds, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIGPOINT_SOURCES_DIR", str(tmp_path / "sources"))
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "serpent.yml").touch()  # a name that is like the name of a service
    append(seeds, "match_overrides.csv", "serpent:1,clubs:1,must_match,,,2026-01-31")

    check_seeds(seeds)  # raises for a fault; `clubs` is a list that is not declared now

    (tmp_path / "sources" / "serpent.yml").unlink()
    assert [fault.partition(": ")[2] for fault in faults(seeds)] == [
        'there is no source "serpent"; did you mean "serper"?'
    ]


def test_every_rule_and_type_that_dbt_is_given_is_checked():
    declared = read_rules(SEEDS_DIR).values()

    assert {rule.kind for seed in declared for rule in seed.rules} == set(CHECKS)
    assert {name for seed in declared for name in seed.types.values()} == set(TYPES)


@pytest.mark.parametrize(
    ("name", "row", "fault"),
    [
        pytest.param(
            "source_trust.csv",
            "googel_places,*,70,",
            'source_name: there is no "googel_places"; did you mean "google_places"?',
            id="a name of another seed, mistyped",
        ),
        pytest.param("source_trust.csv", "serper,email,ninety,", 'trust: "ninety" is not a number.', id="no number"),
        pytest.param("source_trust.csv", "serper,email,nan,", 'trust: "nan" is not a number.', id="nan"),
        pytest.param("source_trust.csv", "serper,email,140,", "trust: 140 is not from 0 to 100.", id="out of range"),
        pytest.param("source_trust.csv", "serper,email,,", "trust: the cell is blank, and must not be.", id="blank"),
        pytest.param("llm_prices.csv", "other,-1,0", "usd_per_million_tokens_in: -1 is less than 0.", id="below zero"),
        pytest.param(
            "source_trust.csv",
            "serper,*,10,",
            'source_name, field_name: "serper, *" is there already, in line 6.',
            id="a key of two columns, twice",
        ),
        pytest.param("llm_prices.csv", "gpt-4o-mini,1,1", 'model: "gpt-4o-mini" is there already', id="a key, twice"),
        pytest.param(
            "injection_phrases.csv",
            "zxcv,readr,1",
            'kind: there is no "readr"; did you mean "reader"?',
            id="a closed list, mistyped",
        ),
        pytest.param(
            "injection_phrases.csv", "zxcv,reader,1.5", 'weight: "1.5" is not a whole number.', id="a fraction"
        ),
        pytest.param(
            "match_weights.csv",
            "name,exactt,,4,",
            'comparison, level: there is no "name/exactt"; did you mean "name/exact"?',
            id="one of a pair",
        ),
        pytest.param(
            "category_map.csv",
            "serper,x,activity,tenis",
            'kind, value: taxonomy.csv has no "activity/tenis"; did you mean "activity/tennis"?',
            id="a pair of another seed",
        ),
        pytest.param(
            "web_domains.csv", "https://X.com,news", 'domain: "https://X.com" is not a lower-case domain', id="a form"
        ),
        pytest.param(
            "sources.csv",
            "mine,own,yes,false,,,,,,,,,,own,,,,rarely",
            'is_structured: "yes" is not true or false',
            id="bool",
        ),
        pytest.param(
            "match_overrides.csv", "serper:a,serper:b,cantmatch,,,2026-01-31", "decision: there is no", id="decision"
        ),
        pytest.param("match_overrides.csv", "serper:a,serper:b,must_match,,,31/01/2026", "decided_on:", id="a date"),
        pytest.param(
            "match_overrides.csv", "a,serper:b,must_match,,,2026-01-31", 'left_record_key: "a" is not a', id="no key"
        ),
        pytest.param("llm_prices.csv", "x,1", "the row has 2 cells where the header has 3 columns.", id="ragged"),
        pytest.param("llm_prices.csv", 'x,"1"2,3', "the row is no CSV", id="no csv"),
    ],
)
def test_a_bad_row_is_one_sentence_with_its_line_and_its_column(seeds, name, row, fault):
    line = append(seeds, name, row)

    (sentence, *others) = [sentence for sentence in faults(seeds) if f"line {line}" in sentence]

    assert re.match(f"{re.escape(name)}, line {line}(, |: ){re.escape(fault)}", sentence), sentence
    assert others == []


@pytest.mark.parametrize(
    ("name", "rows", "fault"),
    [
        pytest.param(
            "match_overrides.csv",
            PAIRS + "serpr:a,serper:b,must_match,,,2026-01-31\n",
            'line 2, left_record_key: there is no source "serpr"; did you mean "serper"?',
            id="a record of no source",
        ),
        pytest.param(
            "match_overrides.csv",
            PAIRS + "serper:a,serper:a,must_match,,,2026-01-31\n",
            'line 2, right_record_key: "serper:a" is the same record',
            id="a record and itself",
        ),
        pytest.param(
            "match_overrides.csv",
            PAIRS + "serper:a,serper:b,must_match,,,2026-01-31\nserper:b,serper:a,must_match,,,2026-01-31\n",
            "line 3: there is already a decision about the two records, in line 2",
            id="a pair, the other way round",
        ),
        pytest.param(
            "match_overrides.csv",
            PAIRS
            + "serper:a,serper:c,cannot_match,,,2026-01-31\nserper:a,serper:b,must_match,,,2026-01-31\n"
            + "serper:b,serper:c,must_match,,,2026-01-31\n",
            "line 2, decision: serper:a and serper:c cannot match, and must by other rows",
            id="decisions against each other",
        ),
        pytest.param(
            "manual_overrides.csv",
            CORRECTIONS + "c1,,,phone,0131 496 0000,,,2026-01-31,false\n",
            "line 2, record_key, entity_id: both are blank",
            id="a correction of no record",
        ),
        pytest.param(
            "manual_overrides.csv",
            CORRECTIONS + CORRECTION.format(field="phnoe", value="x"),
            'line 2, field_name: there is no "phnoe"; did you mean "phone"?',
            id="a correction of no field",
        ),
        pytest.param(
            "manual_overrides.csv",
            CORRECTIONS + CORRECTION.format(field="phone", value="0131 496"),
            'line 2, value: "0131 496" is not a phone number',
            id="a correction that cannot be read",
        ),
        pytest.param("areas.csv", None, "the file is empty; its first line names the columns: area_name,", id="empty"),
        pytest.param("source_trust.csv", TRUST, 'source_name: there is no row for "serper"', id="no row at all"),
        pytest.param(
            "source_trust.csv",
            "source_name,field_nam,trust,why\n",
            'line 1: there is no column "field_nam"',
            id="column",
        ),
        pytest.param("source_trust.csv", "source_name,trust,why\n", "the column field_name is missing", id="no column"),
        pytest.param("source_trust.csv", TRUST[:-1] + ",why\n", 'the column "why" is there 2 times', id="column twice"),
        pytest.param(
            "source_trust.csv", "source_name;field_name;trust;why\n", "separated by semicolons", id="semicolons"
        ),
    ],
)
def test_a_bad_file_is_one_sentence(seeds, name, rows, fault):
    (seeds / name).write_text(rows or "")

    assert any(sentence.startswith(name) and fault in sentence for sentence in faults(seeds)), faults(seeds)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param("model,café\n".encode("latin-1"), "line 1: the text is not UTF-8; save the file as", id="latin-1"),
        pytest.param("model\n".encode("utf-16"), ": the text is UTF-16; save the file as UTF-8", id="utf-16"),
        pytest.param(b"model\n\0", "line 2: there is a NUL character", id="nul"),
        pytest.param(b"model\r\nx\n", ": some of its lines end in CRLF and others do not", id="two kinds of lines"),
        pytest.param(None, ": there is no such file in", id="missing"),
    ],
)
def test_a_file_that_is_no_text_is_one_sentence(seeds, data, fault):
    (seeds / "llm_prices.csv").unlink() if data is None else (seeds / "llm_prices.csv").write_bytes(data)

    assert [sentence for sentence in faults(seeds) if fault in sentence] != []


def test_what_a_spreadsheet_does_to_a_file_is_no_fault(seeds):
    for path in seeds.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")

    assert check_seeds(seeds)["areas"].rows[0].cells["area_name"] == "Edinburgh"


@pytest.mark.parametrize(
    ("name", "before", "after", "fault"),
    [
        ("areas.csv", "55.85,-3.40,56.00,", "56.85,-3.40,56.00,", "south, north: south 56.85 is not below north 56.00"),
        ("areas.csv", "55.9533,-3.1883,", "57.9533,-3.1883,", "latitude: 57.9533 is outside the box"),
        ("areas.csv", "locality,Edinburgh,", "locality,,", "parent: a city has no parent area"),
        (
            "sources.csv",
            "{area}; filter: {what}",
            "{aera}; filter: {what}",
            "there is no {aera} to fill in",
        ),
        ("sources.csv", "{area}; filter: {what}", "{area; filter", "chosen_because: the braces are not in pairs"),
        ("connector_targets.csv", "(^|;) *padel", "(^|; *padel", "target: .* is no regular expression: missing"),
        ("connector_targets.csv", '"[""sport""~""(^|;) *padel', '"sport""~""(^|;) *padel', "is no filter of Overpass"),
        ("confidence_calibration.csv", "*,", "city,", "field_name: there is no row for \\*"),
        ("source_trust.csv", "serper,*", "serper,email", "field_name: there is no row serper,\\*"),
        ("field_strategies.csv", "phone,", "phnoe,", 'field_name: there is no "phnoe"; did you mean "phone"'),
        ("field_strategies.csv", "phone,", "phnoe,", 'field_name: there is no row for "phone"'),
        (
            "source_trust.csv",
            "sport_scotland,",
            "unknown_source,",
            'no row for "sport_scotland", which',
        ),
        ("text_paths.csv", "serper,", "openstreetmap,", 'there is no row for "serper", which is a source of texts'),
        ("text_paths.csv", "|$)", "|$", "structured_keys: it is no regular expression"),
        ("licences.csv", "|datenlizenz deutschland zero", "|(datenlizenz", "pattern: it is no regular expression"),
        ("sources.csv", ",share_alike,", ",restricted,", 'licence_class: "restricted" contradicts republish'),
        ("sources.csv", "true,0.035,", "true,,", "usd_per_request: the cell is blank; google_places is asked"),
        (
            "sources.csv",
            ",only asked about sports in Scotland,",
            ",,",
            "skipped_because: the cell is blank; sport_scot",
        ),
        ("coverage.csv", "region,GB,54.60", "region,,54.60", "country: the cell is blank; a region needs the code"),
        ("coverage.csv", "box,GB,55.81", "box,GB,", "south: the cell is blank; a box has four edges"),
        ("coverage.csv", "55.81,-3.45,56.01", "56.81,-3.45,56.01", "south, north: south 56.81 is not below"),
        ("sources.csv", ",ODbL 1.0,true,", ",ODbL 1.0,,", "republish: the cell is blank; openstreetmap is asked"),
    ],
)
def test_a_contradiction_is_one_sentence(seeds, name, before, after, fault):
    text = (seeds / name).read_text()
    assert before in text
    (seeds / name).write_text(text.replace(before, after, 1))

    assert [sentence for sentence in faults(seeds) if sentence.startswith(name) and re.search(fault, sentence)] != []


def test_other_list_in_dbt_project_is_a_fault(tmp_path):
    project = copy_project(tmp_path / "project")
    settings = project / "dbt_project.yml"
    settings.write_text(settings.read_text().replace(", pages]", "]"))

    (fault,) = faults(project / "dbt_project" / "seeds")

    assert fault.startswith("sources.csv, source_name: `sources` in dbt_project.yml is ['serper', ")
    assert fault.endswith(", pages].")


def test_a_command_says_it_all_asks_nobody_and_ends_with_two(trigpoint, tmp_path):
    project = copy_project(tmp_path / "project")
    append(project / "dbt_project" / "seeds", "source_trust.csv", "googel_places,*,seventy,")

    done = trigpoint("run", QUERY="powerleague portobello", TRIGPOINT_PROJECT_DIR=str(project))

    assert done.returncode == 2
    assert 'did you mean "google_places"?' in done.stderr
    assert '"seventy" is not a number' in done.stderr
    assert "Nothing was asked and nothing was built." in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob("warehouse.duckdb")) == []


# One row that breaks a rule of each kind; dbt and the check name the same rules.
BROKEN = {
    "source_trust": "serper,email,140,\nserper,email,10,\nbing,*,1,\nserper,,1,\n",
    "injection_phrases": "zxcv,readr,1\n",
    "match_weights": "name,exactt,,4,\n",
    "category_map": "serper,x,activity,tenis\n",
    "web_domains": "https://X.com,news\nyell.com,news\n",
    "sources": "mine,own,true,false,,,,,,,,,,own,,,,\n",
}


def test_dbt_finds_the_faults_that_the_check_finds_and_no_others(tmp_path):
    project_dir = copy_project(tmp_path / "project")
    seeds = project_dir / "dbt_project" / "seeds"
    for name, rows in BROKEN.items():
        append(seeds, f"{name}.csv", rows.rstrip("\n"))
    project = DbtProject(project_dir, tmp_path / "warehouse.duckdb", tmp_path / "dbt")
    Warehouse(project.warehouse).open()

    dbt(project, "build", "--select", "path:dbt_project/seeds")
    with pytest.raises(SeedError) as caught:
        check_seeds(seeds)

    manifest = json.loads((project.scratch_dir / "target" / "manifest.json").read_text())["nodes"]
    results = json.loads((project.scratch_dir / "target" / "run_results.json").read_text())["results"]
    by_dbt = {
        (node["attached_node"].split(".")[-1], named(node))
        for result in results
        if result["status"] == "fail" and (node := manifest[result["unique_id"]])
    }
    assert {result["status"] for result in results if result["unique_id"].startswith("seed.")} == {"success"}
    by_us = {(fault.file.removesuffix(".csv"), fault.column) for fault in caught.value.faults}
    assert by_dbt == by_us
    assert len(by_dbt) >= 8


def named(node: dict) -> str:
    return node["column_name"] or ", ".join(node["test_metadata"]["kwargs"]["columns"])
