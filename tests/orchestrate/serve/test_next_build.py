"""What a person decides in the browser holds in the next build, in each one after it, and no longer after an undo."""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest
from starlette.testclient import TestClient

from orchestrate.serve.app import make_app
from orchestrate.settings import Settings
from tests.orchestrate.serve.conftest import ORIGIN, decision
from tests.project_copy import copy_project

pytestmark = [pytest.mark.xdist_group("world"), pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(600)]

LIBRARY = "leith-library"


@pytest.fixture
def place(world, tmp_path, trigpoint):
    """The application over a copy of the world, a build, and the entity of each record of the library."""
    shutil.copytree(world.data_dir / "sandbox", tmp_path / "data" / "sandbox")
    project = copy_project(tmp_path / "project")
    settings = Settings(mode="sandbox", data_dir=tmp_path / "data")

    def build() -> None:
        assert trigpoint("build", TRIGPOINT_PROJECT_DIR=str(project)).returncode == 0

    def entities(keys: list[str]) -> dict[str, str]:
        with duckdb.connect(str(settings.published_path), read_only=True) as marts:
            rows = marts.execute(
                "select record_key, entity_id from marts.entity_records where list_contains($1, record_key)", [keys]
            ).fetchall()
        return dict(rows)

    app = make_app(settings, project / "dbt_project" / "seeds")
    with TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}) as browser:
        yield browser, build, entities


def test_a_split_holds_for_good_and_an_undo_brings_the_former_id_back(place):
    browser, build, entities = place
    page = browser.get(f"/entity/{LIBRARY}").text
    entity = re.search(r"<code>(tp_\w+)</code>", page)[1]
    keys = re.findall(r'name="record" value="([^"]+)"', page)
    before = entities(keys)

    browser.post("/split", data=decision(entity=entity, record=keys[:1], name=LIBRARY))
    build()
    split = entities(keys)
    build()

    assert set(before.values()) == {entity}
    assert split[keys[0]] not in {split[key] for key in keys[1:]}
    assert entities(keys) == split
    (undoable,) = browser.app.state.seat.desk.journal.standing()
    browser.post("/undo", data={"entry": undoable.id, "author": "Ada"})
    build()
    assert entities(keys) == before


def test_a_join_and_a_corrected_value_hold(place):
    browser, build, entities = place
    ids = re.findall(r'class="name" href="/entity/(\w+)"', browser.get("/?q=library").text)[:2]
    keys = [
        re.search(r"<div class=\"soft\"><code>([^<]+:[^<]+)</code>", browser.get(f"/entity/{one}").text)[1]
        for one in ids
    ]

    browser.post("/join", data=decision(entity=ids[0], other=ids[1]))
    browser.post("/correct", data=decision(entity=ids[0], field="phone", value="0131 496 0777"))
    build()

    (joined,) = set(entities(keys).values())
    assert "+441314960777" in browser.get(f"/entity/{joined}").text
