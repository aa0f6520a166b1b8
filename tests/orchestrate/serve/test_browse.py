"""The list, the entity, the map, the conflicts and the events, from the published file of the moment."""

from __future__ import annotations

import re

import pytest

from tests.orchestrate.serve.planted import GYM, HOSTILE, PHONES, POOL, publish

PAGES = ("/", "/map", "/conflicts", "/events", "/review", "/decisions", f"/entity/{GYM}", f"/entity/{POOL}")


def names(page: str) -> list[str]:
    return re.findall(r'class="name" href="/entity/(\w+)"', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", [POOL, GYM], id="all by name"),
        pytest.param("?q=thistle", [GYM], id="by name"),
        pytest.param(f"?q={POOL}", [POOL], id="by id"),
        pytest.param("?q=leith+shore", [GYM], id="words of two columns"),
        pytest.param("?city=Edinburgh", [POOL], id="by city"),
        pytest.param("?status=closed_permanently&city=Leith", [], id="two facets"),
        pytest.param("?contested=1", [GYM], id="contested"),
        pytest.param("?q=%25", [], id="no wildcard"),
        pytest.param("?q=';drop+table+marts.entities;--", [], id="no statement"),
        pytest.param("?page=x&order=y", [POOL, GYM], id="nonsense"),
    ],
)
def test_the_list_shows_what_fits(browser, query, found):
    assert names(browser.get(f"/{query}").text) == found


def test_an_entity_shows_claims_evidence_losers_history_and_events(browser):
    page = browser.get("/entity/thistle-gym").text

    assert "<mark>0131 496 0101</mark>" in page
    assert f"<b>{PHONES[1]}</b>" in page
    assert "lost: its source is trusted less" in page
    assert "+441314960999" in page
    assert "<b>mint</b>" in page


def test_conflicts_link_to_their_cell(browser):
    assert f'href="/entity/{GYM}#phone"' in browser.get("/conflicts").text


def test_the_map_links_each_point_and_loads_no_tile(browser):
    page = browser.get("/map").text

    assert f'href="/entity/{GYM}"' in page
    assert "<img" not in page


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_markup_of_a_name_or_names_another_machine(browser, path):
    page = browser.get(path).text

    assert "<script>alert" not in page
    assert re.findall(r'(?:src|action)="(?!/)[^"]*"', page) == []
    assert [url for url in re.findall(r'<link[^>]+href="([^"]*)"', page) if not url.startswith(("/", "data:,"))] == []


def test_a_very_long_name_is_cut(browser, office):
    office.settings.published_path.unlink()
    publish(office.settings.published_path, {GYM: "Ä" * 10_000})

    for path in PAGES:
        assert "Ä" * 1_001 not in browser.get(path).text, path
    assert "Ä" * 60 in browser.get("/").text


def test_a_new_publication_shows_at_once(browser, office):
    assert "Thistle Gym" in browser.get("/").text
    (draft := office.settings.published_path.with_name("draft.duckdb")).unlink(missing_ok=True)
    publish(draft, {GYM: "Renamed Gym"})
    draft.replace(office.settings.published_path)

    assert "Renamed Gym" in browser.get("/").text


def test_a_cell_links_to_the_lineage_of_its_column_once_it_is_written(browser, office):
    link = 'href="/columns#entities.phone"'
    assert link not in browser.get(f"/entity/{GYM}").text
    assert "trigpoint docs" in browser.get("/columns").text

    (page := office.settings.docs_path.with_name("columns.html")).parent.mkdir(parents=True)
    page.write_text("<p>lineage")

    assert link in browser.get(f"/entity/{GYM}").text
    assert browser.get("/columns").text == "<p>lineage"


def test_an_unknown_entity_is_a_sentence(browser):
    answer = browser.get("/entity/nope")

    assert answer.status_code == 400
    assert "No published entity has the id, slug or name" in answer.text


def test_hostile_text_stays_text(browser):
    assert HOSTILE.partition(" ")[0] not in browser.get("/").text
    assert "&lt;script&gt;" in browser.get("/").text
