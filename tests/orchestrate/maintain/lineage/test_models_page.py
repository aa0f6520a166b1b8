"""The drawing of the models: every model and line is in it, where a reader looks for it, and it opens at once."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from orchestrate.maintain.lineage.models import read_models
from orchestrate.page.models import COLUMNS, Model
from orchestrate.render.pages.models_page import HEIGHT, WIDTH, line, models_page, placed
from tests.browser import browser, needs_browser


def node(kind: str, name: str, fqn: list[str], *reads: str) -> dict:
    folder = {"schema": fqn[1] if kind == "model" else "raw", "fqn": fqn, "description": f"About `<{name}>`.\nMore."}
    named = {"identifier": name} if kind == "source" else {"alias": name}
    return {"resource_type": kind, "name": name, **folder, **named, "depends_on": {"nodes": list(reads)}}


NODES = {
    "source.t.web": node("source", "web", ["t", "raw", "web"]),
    "source.t.unread": node("source", "unread", ["t", "raw", "unread"]),
    "model.t.stg_web": node("model", "stg_web", ["t", "staging", "web", "stg_web"], "source.t.web", "seed.t.words"),
    "model.t.int_records": node("model", "int_records", ["t", "intermediate", "records", "r"], "model.t.stg_web"),
    "model.t.int_log": node("model", "int_log", ["t", "intermediate", "sources", "l"], "source.t.web"),
    "model.t.int_b": node("model", "int_b", ["t", "intermediate", "matching", "b"], "model.t.int_c"),
    "model.t.int_c": node("model", "int_c", ["t", "intermediate", "matching", "c"], "model.t.int_records"),
    "model.t.entities": node("model", "entities", ["t", "marts", "entities"], "model.t.int_b", "model.t.int_log"),
    "seed.t.words": node("seed", "words", ["t", "words"]),
    "test.t.unique": node("test", "unique", ["t", "marts"], "model.t.entities"),
}


@pytest.fixture
def models(tmp_path: Path) -> tuple[Model, ...]:
    manifest = {
        "nodes": {key: one for key, one in NODES.items() if not key.startswith("source")},
        "sources": {key: one for key, one in NODES.items() if key.startswith("source")},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return read_models(tmp_path / "manifest.json")


def test_models_and_the_tables_that_they_read_are_in_the_graph(models):
    by_name = {model.name: model for model in models}

    assert {model.short for model in models} == {
        "web", "stg_web", "int_records", "int_log", "int_b", "int_c", "entities",
    }  # fmt: skip
    assert by_name["staging.stg_web"].reads == ("raw.web",)
    assert by_name["staging.stg_web"].seeds == ("words",)
    assert by_name["intermediate.int_log"].column == "records"
    assert (by_name["intermediate.int_c"].level, by_name["intermediate.int_b"].level) == (0, 1)
    assert by_name["marts.entities"].description == "About `<entities>`. More."


def test_a_model_stands_right_of_or_below_what_it_reads_and_no_two_overlap(models):
    boxes = {box.model.name: box for box in placed(models)}

    for box in boxes.values():
        assert all((boxes[read].x, boxes[read].y) < (box.x, box.y) for read in box.model.reads)
    for left, right in pairwise(sorted(boxes.values(), key=lambda box: (box.x, box.y))):
        assert left.x + WIDTH <= right.x or (left.x == right.x and left.y + HEIGHT <= right.y)


def test_a_line_begins_at_what_is_read_and_ends_at_the_reader(models):
    boxes = {box.model.name: box for box in placed(models)}
    start, end = boxes["intermediate.int_records"], boxes["intermediate.int_c"]

    numbers = [int(number) for number in re.findall(r"\d+", line(start, end))]

    assert numbers[:2] == [start.x + WIDTH, start.y + HEIGHT // 2]
    assert numbers[-2:] == [end.x, end.y + HEIGHT // 2]


def test_the_page_has_every_model_every_line_and_no_markup_of_a_description(models):
    text = models_page(models)

    assert sorted(re.findall(r'data-name="([^"]+)"', text)) == sorted(model.name for model in models)
    assert len(re.findall(r"<path ", text)) == sum(len(model.reads) for model in models)
    assert "<entities>" not in text
    assert "<td>About <code>&lt;entities&gt;</code>. More.</td>" in text
    assert [name for name in COLUMNS if f">{name}</text>" not in text] == []


@pytest.mark.slow
def test_every_model_of_the_project_is_drawn(world):
    _, lineage = world.docs
    built = world.data_dir / "sandbox" / "dbt" / "target" / "manifest.json"
    nodes = json.loads(built.read_text())["nodes"].values()

    drawn = {model.name for model in lineage.models if model.column != "sources"}
    assert drawn == {f"{one['schema']}.{one['alias']}" for one in nodes if one["resource_type"] == "model"}
    assert {model.column for model in lineage.models} == set(COLUMNS)


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_the_drawing_in_a_browser(models, tmp_path, width, scheme):
    (page := tmp_path / "index.html").write_text(models_page(models))
    with browser() as window:
        window.open(page.as_uri(), width=width, scheme=scheme)

        assert window.run("return document.querySelector('a.box.on').dataset.name") == "marts.entities"
        window.run("document.querySelector('[data-name=\"intermediate.int_c\"]').focus()")
        window.run("document.activeElement.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
        window.run("location.hash = '#intermediate.int_c'; return new Promise((done) => setTimeout(done, 100))")
        assert window.run("return document.querySelector('#about h2').textContent") == "intermediate.int_c"
        assert window.run("return document.querySelector('#about code').textContent") == "<int_c>"
        assert window.run("return [...document.querySelectorAll('a.box.up')].map((box) => box.dataset.name)") == [
            "raw.web", "staging.stg_web", "intermediate.int_records",
        ]  # fmt: skip
        assert window.run("return document.documentElement.scrollWidth") <= width
        assert window.complaints() == []
        assert [asked for asked in window.requests() if not asked.startswith("file:")] == []
        assert window.serious_findings() == []
