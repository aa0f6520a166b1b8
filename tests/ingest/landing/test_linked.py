"""Links in, pages out: a fresh page is used again, an old one is asked if it changed, a lost one has its reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.clock import utc_now
from ingest.fetch.web.gateway import Gateway
from ingest.fetch.web.public import Web
from ingest.landing import linked
from ingest.landing.linked import LinkedReport, read_links
from tests.ingest.conftest import policy, query
from tests.ingest.fetch.web.conftest import HOST, site  # noqa: F401 (a fixture)

PAGE = "<html><head><title>Rowan Hall</title></head><body><main><p>Squash in Leith.</p></main></body></html>"


@pytest.fixture
def asked(warehouse, tmp_path, monkeypatch):
    """Reads links in a run, at the address of the test's site."""
    web = Web(lambda ip: ip == HOST, ("http",))
    monkeypatch.setattr(Gateway, "of", classmethod(lambda cls, *_: cls(None, web)))

    def read(run_id: str, *links: str, max_age_hours: float = 24, now: datetime | None = None) -> LinkedReport:
        return read_links(
            PlannedCall("pages", query(), "links", 2, 0.0),
            links,
            SourceEndpoint("", None),
            policy(),
            max_age=timedelta(hours=max_age_hours),
            run_id=run_id,
            now=now or utc_now(),
            connection=warehouse,
            working_dir=tmp_path,
        )

    return read


def landed(warehouse) -> list[tuple[str, str]]:
    return warehouse.execute("select run_id, source_record_id from raw.pages order by all").fetchall()


def test_links_are_landed_or_lost_with_a_reason_and_fresh_pages_are_not_asked_again(warehouse, asked, site):  # noqa: F811
    good, gone = site.has("/good", PAGE, ETag='"v1"'), site.url + "/gone"
    place = linked.json.dumps({"@type": "SportsClub", "name": "Rowan", "address": "7 Rowan Road"})
    with_place = site.has(
        "/place", PAGE.replace("</head>", f'<script type="application/ld+json">{place}</script></head>')
    )

    first = asked("r1", good, gone, with_place)
    second = asked("r2", good, with_place)
    site.has("/good", "", 304)
    third = asked("r3", good, max_age_hours=0)

    assert (first.links, first.rows_out, first.losses, first.errors) == (3, 2, {"not_found": 1}, ())
    assert (second.reused, second.outcome) == (2, None)
    assert (third.reused, third.rows_out, third.losses) == (0, 1, {})
    assert landed(warehouse) == [
        ("r1", good), ("r1", with_place), ("r1", with_place + "#place"),
        ("r2", good), ("r2", with_place), ("r2", with_place + "#place"),
        ("r3", good),
    ]  # fmt: skip
    assert site.headers[-1]["If-None-Match"] == '"v1"'
    hashes = "select count(distinct payload_hash) from raw.pages where source_record_id = ?"
    assert warehouse.execute(hashes, [good]).fetchone() == (1,)


def test_a_page_of_which_no_copy_may_be_kept_is_asked_if_it_changed(warehouse, asked, site):  # noqa: F811
    place = linked.json.dumps({"@type": "SportsClub", "name": "Rowan", "address": "7 Rowan Road"})
    data = f'<script type="application/ld+json">{place}</script></head>'
    link = site.has("/hall", PAGE.replace("</head>", data), ETag='"v1"', Cache_Control="no-store")

    asked("r1", link)
    site.has("/hall", "", 304)
    asked("r2", link, max_age_hours=0)

    assert site.headers[-1]["If-None-Match"] == '"v1"'
    rows = "select source_record_id, count(distinct payload), count(*) from raw.pages group by all order by all"
    assert warehouse.execute(rows).fetchall() == [(link, 1, 2), (link + "#place", 1, 2)]
    kept = "select count(*) from raw.pages where payload->>'$.html' is not null"
    assert warehouse.execute(kept).fetchall() == [(0,)]


def test_no_page_at_all_is_an_error_of_the_source(asked, site):  # noqa: F811
    report = asked("r1", site.url + "/gone")

    assert (report.rows_out, report.losses) == (0, {"not_found": 1})
    assert report.errors == ("pages: None of 1 pages could be read (not_found); the call log has each.",)


def test_no_link_asks_nothing(asked):
    assert asked("r1") == LinkedReport(0, 0, None, {})
