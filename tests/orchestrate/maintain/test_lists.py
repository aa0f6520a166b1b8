"""Declared lists from end to end: with a run and without one, replaced, withdrawn and purged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

CONTRACT = """\
source: clubs
location: clubs.csv
format: csv
id: [id]
columns:
  entity_name: Name
  street_address: Street
  postcode: Postcode
  phone: [Tel, Mobile]
  latitude: Lat
  longitude: Lon
  country: {value: GB}
  raw_categories: Kind
trust: {"*": 60, phone: 95}
licence: {name: OGL v3, republish: true, attribution: The league}
"""
HEADER = "id,Name,Street,Postcode,Tel,Mobile,Lat,Lon,Kind\n"
POWERLEAGUE = "p1,Powerleague Portobello,Westbank Street,EH15 1DR,,0131 496 0777,55.9552,-3.1190,football\n"
LONDON = "p2,Thistle Tennis Club,1 High Street,N1 1AA,020 7946 0001,,51.5400,-0.1000,tennis\n"
# A withdrawn list stays in the logs of publications and of ids. The end of a run is in the file since the next build.
LOGS = {"publications", "published_changes", "entity_id_events", "runs", "run_funnel"}


class Lists:
    """A directory of declared lists beside a data directory."""

    def __init__(self, directory: Path, data_dir: Path, command) -> None:
        self.sources, self.data_dir, self._command = directory / "sources", data_dir, command
        self.sources.mkdir(parents=True)

    def declare(self, *rows: str, **contract: str) -> None:
        (self.sources / "clubs.csv").write_text(HEADER + "".join(rows))
        extra = "".join(f"{key}: {value}\n" for key, value in contract.items())
        (self.sources / "clubs.yml").write_text(CONTRACT + extra)

    def trigpoint(self, *arguments: str, code: int = 0) -> dict:
        given = (*arguments, "--json")
        ended, out, err = self._command(self.data_dir, *given, TRIGPOINT_SOURCES_DIR=str(self.sources))
        assert ended == code, err
        return json.loads(out) if out else {}

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.data_dir / "sandbox" / "trigpoint.duckdb"), read_only=True) as marts:
            return marts.execute(sql).fetchall()

    def marts(self) -> dict[str, tuple]:
        """The content of every mart as one hash."""
        names = [name for (name,) in self.rows("select table_name from duckdb_tables() where schema_name = 'marts'")]
        content = "count(*), md5(string_agg(mart::varchar, '' order by mart::varchar))"
        return {name: self.rows(f"select {content} from marts.{name} as mart")[0] for name in names if name not in LOGS}


@pytest.fixture
def of_world(world, tmp_path, command):
    shutil.copytree(world.data_dir, tmp_path / "data")
    return Lists(tmp_path, tmp_path / "data", command)


@pytest.fixture
def alone(tmp_path, command):
    """No run ever was."""
    return Lists(tmp_path, tmp_path / "data", command)


def test_a_list_joins_the_services_and_leaves_without_a_trace(of_world):
    before = of_world.marts()
    ((entity_id,),) = of_world.rows("select entity_id from marts.entities where slug = 'powerleague-portobello'")
    of_world.declare(POWERLEAGUE, LONDON)

    built = of_world.trigpoint("build")

    (listed,) = built["lists"]
    assert (listed["state"], listed["records"], listed["lost_names"]) == ("landed", 2, [])
    ((phone, info),) = of_world.rows(f"select phone, source_info from marts.entities where entity_id = '{entity_id}'")
    winners = {source for field in json.loads(info).values() for source in field["sources"]}
    assert phone == "+441314960777"
    assert {"clubs", "google_places"} <= winners
    assert of_world.rows(
        "select entities.entity_name, run_entities.is_answer from marts.run_entities "
        "join marts.entities using (entity_id) join marts.runs using (run_id) "
        f"where runs.query = 'powerleague portobello' and entity_id = '{entity_id}'"
    ) == [("Powerleague (Portobello)", True)]
    assert of_world.rows("select licence, attribution from marts.sources where source_name = 'clubs'") == [
        ("OGL v3", "The league")
    ]
    assert {change["hand"] for change in built["diff"]["changes"] if change["field_name"] == "phone"} == {"source"}
    record = of_world.trigpoint("explain", entity_id, "phone")["records"]["clubs:p1"]
    assert (record["row"], record["mapped_columns"]["phone"]) == (2, "Tel, Mobile")
    assert (record["call"]["method"], record["call"]["url"].endswith("/sources/clubs.csv")) == ("READ", True)

    (of_world.sources / "clubs.yml").unlink()
    withdrawn = of_world.trigpoint("build")

    assert of_world.marts() == before
    won = [change for change in withdrawn["diff"]["changes"] if "clubs" in (change["sources_before"] or [])]
    assert {change["hand"] for change in won} == {"source"}


def test_lists_alone_are_built_replaced_and_purged(alone):
    alone.declare(POWERLEAGUE, LONDON, retention_days="30")

    first = alone.trigpoint("build")

    assert first["entities_published"] == 2
    assert alone.rows(
        "select entity_name, street_address, postcode, phone, country, canonical_activities from marts.entities "
        "where entity_name like 'Thistle%'"
    ) == [("Thistle Tennis Club", "1 High Street", "N1 1AA", "+442079460001", "GB", ["tennis"])]

    alone.declare(POWERLEAGUE, retention_days="30")
    replaced = alone.trigpoint("build")

    assert (replaced["lists"][0]["lost"], replaced["lists"][0]["lost_names"]) == (1, ["Thistle Tennis Club"])
    assert alone.rows("select entity_name from marts.entities") == [("Powerleague Portobello",)]

    purged = alone.trigpoint("purge", "--as-of", "2126-01-01", "--yes")

    assert (purged["left"], purged["entities_published"]) == (0, 0)
    assert {row["table"] for row in purged["purged"]} >= {"raw.lists", "raw.list_fields", "extract.readings"}


def test_a_fault_in_a_contract_stops_a_build_before_it_writes(alone):
    alone.declare(POWERLEAGUE, zone="red")

    error = alone.trigpoint("build", code=2)["error"]

    assert error["message"] == "clubs.yml, line 16: `zone` is no key that is known here."
    assert not alone.data_dir.exists()


def test_lists_that_give_nothing_are_nothing_to_build_from(alone):
    alone.declare(POWERLEAGUE, source2="x")
    (alone.sources / "clubs.yml").write_text(CONTRACT.replace("clubs.csv", "none.csv"))

    error = alone.trigpoint("build", code=2)["error"]

    assert error["message"].startswith("clubs: ")
    assert "none.csv" in error["message"]
