"""The pages of the runs of the sandbox."""

import html
import re
from pathlib import Path

import pytest

from orchestrate.clock import utc_now
from orchestrate.explain.entity import explain
from orchestrate.page.model import Licence
from orchestrate.page.reading import read_run_page
from orchestrate.render.pages.run_page import run_page

QUERY = "padel courts edinburgh"
AREAS = "select area_name from marts.areas"

pytestmark = pytest.mark.slow


def read(world, query: str, licence: Licence = "all"):
    return read_run_page(world.warehouse, world.published, world.reports[query]["run_id"], utc_now(), licence)


def test_a_page_has_the_answers_of_the_report_in_its_order(world):
    for query, report in world.reports.items():
        places = read(world, query).places

        assert [place.found.entity_id for place in places] == [one["entity_id"] for one in report["entities"]]


def test_many_entities_are_explained_as_one_is(world):
    for place in read(world, QUERY).places:
        assert place.explanation == explain(world.published, place.found.entity_id, None)


def test_the_funnel_and_the_cost_are_those_of_the_ledger(world):
    run, report = read(world, QUERY).run, world.reports[QUERY]

    assert [stage.as_json() for stage in run.stages] == report["stages"]
    assert all(stage.rows_in == stage.rows_out + sum(stage.losses.values()) for stage in run.stages)
    assert run.cost_usd == report["cost_usd"]


def test_an_open_page_has_no_value_that_may_not_be_passed_on(world):
    shown = html.unescape(run_page(read(world, QUERY, "open")))
    claims = world.rows(
        "select value, bool_and(licence_class = 'restricted') from marts.entity_claims "
        "where source_name != 'derived' and length(value) >= 8 group by value"
    )
    free = " ".join([value for value, is_secret in claims if not is_secret] + [place for (place,) in world.rows(AREAS)])
    secret = [value for value, is_secret in claims if is_secret and re.search(r"[^a-z_]", value) and value not in free]

    assert len(secret) > 50
    assert [value for value in secret if value in shown] == []
    assert "Google Maps Platform Terms" in shown  # what is left out is named


def test_a_page_names_each_source_that_asks_for_it(world):
    shown = html.unescape(run_page(read(world, QUERY)))

    assert "© OpenStreetMap contributors" in shown
    assert "sportscotland, via Spatial Hub" in shown


def test_the_command_writes_the_page_of_the_last_run_or_of_any(world, command, tmp_path):
    run_id = world.reports[QUERY]["run_id"]
    code, out, _ = command(world.data_dir, "page", run_id, "--licence", "open", "--output", str(tmp_path / "x.html"))

    assert (code, out) == (0, f"Page: {tmp_path}/x.html\n")
    assert QUERY in (tmp_path / "x.html").read_text()
    code, out, _ = command(world.data_dir, "page")
    assert (code, Path(out.removeprefix("Page: ").strip()).parent.name) == (0, "runs")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("zz",), 'There is no run "zz" in this warehouse.', id="no such run"),
        pytest.param(("2",), 'runs begin with "2". Give more of the id.', id="several"),
        pytest.param(("--licence", "mine"), "--licence is open or all, not mine.", id="licence"),
    ],
)
def test_a_wrong_wish_is_answered_in_a_sentence(world, command, arguments, sentence):
    code, _, err = command(world.data_dir, "page", *arguments)

    assert code == 2
    assert sentence in err
