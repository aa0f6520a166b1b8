"""Decisions by command: the row of a seed, the build, the diff, and the hand that changed each cell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.orchestrate.conftest import World
from tests.project_copy import copy_project

pytestmark = pytest.mark.xdist_group("world")

POWERLEAGUE = "powerleague-portobello"


class Place:
    """A project whose seeds may be edited, with a data directory of its own."""

    def __init__(self, project: Path, data_dir: Path, call: Any) -> None:
        self.project, self.data_dir, self._call = project, data_dir, call

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._call(*arguments, TRIGPOINT_DATA_DIR=str(self.data_dir), TRIGPOINT_PROJECT_DIR=str(self.project))

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def seed(self, name: str) -> Path:
        return self.project / "dbt_project" / "seeds" / f"{name}.csv"

    def rows(self, sql: str, *parameters: Any) -> list[tuple]:
        with duckdb.connect(str(self.data_dir / "sandbox" / "trigpoint.duckdb"), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def value(self, entity_id: str, field: str) -> str:
        ((value,),) = self.rows(f"select {field} from marts.entities where entity_id = ?", entity_id)
        return value


@pytest.fixture
def place(world: World, tmp_path: Path, trigpoint) -> Place:
    data_dir = tmp_path / "data"
    shutil.copytree(world.data_dir / "sandbox", data_dir / "sandbox")
    return Place(copy_project(tmp_path / "project"), data_dir, trigpoint)


def changed(diff: dict[str, Any]) -> dict[str, tuple[str | None, str | None, str]]:
    return {c["field_name"]: (c["value_before"], c["value_after"], c["hand"]) for c in diff["changes"]}


@pytest.mark.long
@pytest.mark.slow
def test_a_correction_is_a_row_a_value_and_a_diff(place):
    ((entity_id,),) = place.rows("select entity_id from marts.entities where slug = ?", POWERLEAGUE)
    seed, before = place.seed("manual_overrides"), place.seed("manual_overrides").read_bytes()

    corrected = place.json("correct", POWERLEAGUE, "phone", "0131 496 0777", "--author", "Ann", "--reason", "I called")

    assert seed.read_bytes().startswith(before)
    assert (
        seed.read_bytes()[len(before) :].decode().startswith(f"{POWERLEAGUE}-phone,,{entity_id},phone,0131 496 0777,")
    )
    assert place.value(entity_id, "phone") == "+441314960777"
    assert changed(corrected["diff"]) == {"phone": ("+441314960000", "+441314960777", "correction")}
    assert corrected["diff"]["changes"][0]["why"] == f"correction: {POWERLEAGUE}-phone by Ann, I called"
    assert corrected["without_effect"] == []

    trust = place.seed("source_trust")
    trust.write_text(trust.read_text().replace("sport_scotland,*,90", "sport_scotland,*,1"))
    seed.write_bytes(before)  # as the command says how to undo it
    built = place.json("build")

    since = {c["field_name"]: c for c in built["diff"]["changes"] if c["entity_id"] == entity_id}
    assert (since["phone"]["value_after"], since["phone"]["hand"]) == ("+441314960000", "correction")
    assert since["phone"]["why"] == f"correction: {POWERLEAGUE}-phone is taken back"
    assert (since["entity_name"]["hand"], since["entity_name"]["why"]) == ("trust", "trust: sport_scotland 90 -> 1")
    assert built["diff"]["by_hand"]["correction"] == 1

    ((run_id,),) = place.rows("select build_id from marts.publications order by publication_no desc limit 1 offset 2")
    shown = place("diff", run_id[:-1], "latest")
    assert "Changed by: trust " in shown.stdout
    since_the_run = {c["field_name"] for c in place.json("diff", "latest", run_id)["changes"]}
    assert "entity_name" in since_the_run
    assert "phone" not in since_the_run  # what was corrected and taken back is as it was


@pytest.mark.long
@pytest.mark.slow
def test_a_split_and_a_join_last(place):
    ((entity_id, slug, record),) = place.rows(
        "select entity_id, slug, min(record_key) from marts.entity_records join marts.entities using (entity_id) "
        "where match_role = 'member' group by all having count(*) between 3 and 6 order by count(*), entity_id limit 1"
    )
    entity_of = "select entity_id from marts.entity_records where record_key = ?"

    split = place.json("split", slug, record)

    assert len(split["rows"]) >= 2
    ((parted,),) = place.rows(entity_of, record)
    assert parted != entity_id
    assert [(e["event"], e["entity_id"], e["other_entity_id"]) for e in split["diff"]["entities"]] == [
        ("split", parted, entity_id)
    ]
    assert {c["hand"] for c in split["diff"]["changes"]} == {"match"}
    assert all("as a person decided" in c["why"] for c in split["diff"]["changes"])

    refused = place("join", parted, entity_id)
    assert refused.returncode == 2
    assert "are two places (match_overrides.csv, line 2). Remove that row first." in refused.stderr

    place.seed("match_overrides").write_text(
        "left_record_key,right_record_key,decision,reason,author,decided_on\n"
        f"serper:gone,{record},must_match,,,2026-01-31\n"
    )
    (other,) = place.rows("select entity_id from marts.entities where entity_id != ? order by 1 limit 1", parted)[0]
    joined = place.json("join", record, other)

    ((now,),) = place.rows(entity_of, record)
    assert place.rows("select count(*) from marts.entity_records where entity_id = ?", now)[0][0] > 1
    assert joined["without_effect"] == []
    assert {(e["event"], bool(e["entity_name"])) for e in joined["diff"]["entities"]} == {("absorb", True)}
    assert place.rows("select override_id, review_because, unknown_key from marts.override_reviews") == [
        (f"must_match serper:gone {record}", "no_such_record", "serper:gone")
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("correct", "powerlegue", "phone", "0131 496 0001"), "Nearest: .*list all .*: trig", id="entity"),
        pytest.param(("correct", "puregym", "phone", "0131 496 0001"), "entities match .* Give one of", id="many"),
        pytest.param(("correct", POWERLEAGUE, "phnoe", "1"), 'no field "phnoe"; did you mean "phone"', id="field"),
        pytest.param(("correct", POWERLEAGUE, "phone", "12"), 'phone: "12" is not a phone number, such', id="value"),
        pytest.param(("correct", POWERLEAGUE, "external_ids", "x"), "no single value can correct it", id="an object"),
        pytest.param(("split", POWERLEAGUE, "serper:no"), 'has no record "serper:no". Its records are', id="record"),
        pytest.param(("join", POWERLEAGUE, POWERLEAGUE), "are already one entity: powerleague-port", id="itself"),
    ],
)  # fmt: skip
def test_an_impossible_decision_writes_nothing(place, arguments, sentence):
    before = {path: path.read_bytes() for path in place.seed("sources").parent.glob("*.csv")}

    done = place(*arguments)

    assert done.returncode == 2, done.stdout

    assert re.search(sentence, done.stderr), done.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(place):
    before = place.seed("manual_overrides").read_bytes()

    done = place("correct", POWERLEAGUE, "opening_hours", "Mo-Fr 09:00-17:00", "--dry-run")

    assert done.returncode == 0, done.stderr
    assert f"{POWERLEAGUE}-opening_hours,,tp_" in done.stdout
    assert '{"mo": [["09:00", "17:00"]]' in done.stdout
    assert place.seed("manual_overrides").read_bytes() == before
