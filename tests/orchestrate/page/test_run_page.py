"""The page of a run, as markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from orchestrate.contracts.changes import PublishedChange
from orchestrate.contracts.run import Stage
from orchestrate.page.model import NamedEntity
from orchestrate.page.sharing import open_place
from orchestrate.render.pages.run_page import run_page
from tests.orchestrate.page.planted import RUN, TEXT, THEN, claim, failed, left_out, loser, place, run_of, since

SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "]]><!--",
)


class _Tags(HTMLParser):
    """The tags of a page with their attributes, and whether each is closed."""

    VOID = ("meta", "link", "input", "br", "img", "rect", "path")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def text_of(markup: str) -> str:
    """What a person reads."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture(scope="module")
def contested() -> str:
    phones = (
        claim("phone", "+441314960100", "city", quote="0131 496 0100", char_start=17, char_end=30, extraction_id="e1"),
        loser("phone", "+441314960999"),
        loser("phone", "+441314960100", "map", "duplicate"),
    )
    return run_page(run_of(place("tp_1", "Leith Club", *phones), place("tp_2", "Other Club")))


def test_every_tag_is_closed(contested):
    tags = _Tags(contested)

    assert (tags.wrong, tags.open) == ([], [])


def test_no_id_is_given_twice(contested):
    ids = [attributes["id"] for _, attributes in _Tags(contested).found if "id" in attributes]

    assert sorted(ids) == sorted(set(ids))


def test_every_link_within_the_page_has_its_target(contested):
    tags = _Tags(contested).found
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    inner = {a["href"][1:] for tag, a in tags if tag == "a" and (a.get("href") or "").startswith("#")}

    assert inner - ids == set()


def test_a_page_loads_nothing(contested):
    loading = [(tag, a) for tag, a in _Tags(contested).found if "src" in a or tag in ("link", "img", "iframe")]

    assert loading == []
    assert "default-src 'none'" in contested
    assert not re.search(r"url\(|@import", contested)


def test_a_quote_is_marked_where_the_text_has_it(contested):
    assert TEXT[:17] in contested
    assert "<mark>0131 496 0100</mark>" in contested


def test_a_losing_claim_has_its_reason_and_the_mark_in_its_payload(contested):
    assert "lost: its source is trusted less; margin 30" in text_of(contested)
    assert "<mark>+441314960999</mark>" in contested


def test_the_contested_cell_comes_before_the_others(contested):
    cells = re.findall(r'<details id="tp_1-(\w+)"', contested)

    assert cells[:2] == ["phone", "entity_name"]
    assert cells.index("latitude") < cells.index("longitude")


def test_hours_are_shown_as_people_write_them():
    week = '{"mo": [["09:00", "17:00"]], "tu": [["09:00", "17:00"]]}'
    other = '{"mo": [["10:00", "17:00"]]}'
    text = text_of(run_page(run_of(place("tp_1", "Club", claim("opening_hours", week), loser("opening_hours", other)))))

    assert "Mo,Tu 09:00-17:00" in text
    assert "web says Mo 10:00-17:00" in text


def test_the_contested_cells_of_all_places_are_named_first():
    near, nearer = loser("phone", "1"), loser("phone", "2").model_copy(update={"margin": 4.0})
    page = run_page(
        run_of(
            place("tp_1", "Far Club", claim("phone", "3"), near),
            place("tp_2", "Near Club", claim("phone", "4"), nearer),
        )
    )

    section = page[page.index('id="contested"') : page.index('id="records"')]
    assert section.index("Near Club") < section.index("Far Club")


def test_each_place_has_a_link_to_openstreetmap(contested):
    links = [a["href"] for tag, a in _Tags(contested).found if tag == "a" and "openstreetmap.org" in (a["href"] or "")]

    assert len(links) == 2
    assert links[0].startswith("https://www.openstreetmap.org/?mlat=55.975")


def test_the_funnel_adds_up_and_says_where_it_does_not():
    odd = Stage(name="match", rows_in=10, rows_out=7, losses={"rejected": 1}, seconds=0, cost_usd=0, errors=())

    assert "does not add up" not in run_page(run_of())
    assert "does not add up" in run_page(run_of(run=replace(RUN, stages=(*RUN.stages, odd))))


def test_sources_are_named_as_their_terms_ask():
    text = text_of(run_page(run_of(place(), left_out=(left_out(3),))))

    assert "© The City" in text
    assert "For your own use. 3 winning values come under terms" in text
    assert "may not be passed on" in text


def test_a_claim_that_may_not_be_passed_on_says_so():
    secret = claim("phone", "+441314960777", "web")
    page = run_page(
        run_of(place("tp_1", "Club", secret), withheld=frozenset({secret.claim_id}), left_out=(left_out(),))
    )

    assert '<span class="tag warn">own use</span>' in page[page.index('id="tp_1-phone"') :]


def test_an_open_page_has_no_trace_of_what_may_not_be_passed_on():
    secrets = (claim("entity_name", "Secret Name", "web"), claim("phone", "+441314960777", "web"))
    held = place("tp_1", "Secret Name", *secrets, city="Leith")
    withheld = frozenset(one.claim_id for one in secrets)
    page = run_page(run_of(open_place(held, withheld), licence="open", withheld=withheld, left_out=(left_out(2),)))

    assert "Secret Name" not in page
    assert "960777" not in page
    assert "web:1" not in page
    assert "as the source sent it" not in page  # what stands around a value in its payload
    assert "tp_1" in page
    assert "Leith" in page


def test_what_changed_is_shown_with_its_cause():
    change = PublishedChange(
        entity_id="tp_1",
        slug=None,
        entity_name="Leith Club",
        field_name="phone",
        kind="changed",
        value_before="111",
        sources_before=("web",),
        value_after="222",
        sources_after=("city",),
        hand="source",
        why="source: city:1 said something new",
        build_id="r2",
    )
    gone = NamedEntity("tp_9", "Old Club", "closed for good")
    text = text_of(run_page(run_of(place(), since=since(change, left=(gone,)))))

    assert "Asked last on 2026-03-01 12:00 UTC" in text
    assert re.search(r"phone 111 web 222 city source: city:1 said something new", text)
    assert "no longer Old Club: closed for good" in text


def test_a_run_that_failed_says_where_why_and_what_is_published():
    text = text_of(run_page(failed("2 of dbt's checks failed: entities has a place twice")))

    assert "Failed in the stage extract" in text
    assert "entities has a place twice" in text
    assert "Published still: publication 2 of 2026-03-01 12:00 UTC, with 7 entities" in text
    assert "The last answer to this query is that of run r1" in text


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        pytest.param([], "plan", id="nothing"),
        pytest.param([("plan", 1, 1, ())], "ingest", id="after the plan"),
        pytest.param([("ingest", 0, 0, ("no answer",))], "ingest", id="no source answered"),
        pytest.param([("ingest", 3, 2, ())], "ingest", id="does not add up"),
        pytest.param([("extract", 3, 3, ("one text failed",))], "transform", id="dbt"),
        pytest.param([("survivorship", 3, 3, ())], "publish", id="the disk is full"),
    ],
)
def test_the_stage_of_a_failure(stages, expected):
    held = tuple(
        Stage(name=name, rows_in=came, rows_out=went, losses={}, seconds=0, cost_usd=0, errors=errors)
        for name, came, went, errors in stages
    )

    assert replace(RUN, status="failed", stages=held).failed_in == expected


def test_a_run_without_an_answer_says_so():
    assert "Nothing was found for this query" in text_of(run_page(run_of()))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_from_outside_is_markup(hostile):
    values = {"phone": hostile, "website_url": hostile, "summary": hostile, "canonical_place_types": hostile}
    lost = loser("city", hostile, because=hostile)
    contents = run_of(
        place("tp_1", hostile, claim("city", "Leith"), lost, **values),
        run=replace(RUN, query=hostile, error=hostile, area=replace(RUN.area, name=hostile)),
        since=since(left=(NamedEntity("tp_2", hostile, hostile),)),
        names_around=((hostile, 55.98, -3.185),),
    )
    tags = _Tags(run_page(contents))
    plain = _Tags(run_page(run_of(place("tp_1", "Club", claim("city", "Leith"), loser("city", "x")))))

    assert {tag for tag, _ in tags.found} <= {tag for tag, _ in plain.found} | {"a", "p", "bdi", "text"}
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert not [a for _, a in tags.found if (a.get("href") or "").startswith("javascript:")]


def test_a_name_of_another_script_stays_apart_and_a_mark_of_direction_is_replaced():
    page = run_page(run_of(place("tp_1", "نادي ليث"), place("tp_2", "abc\u202egpj.exe")))

    assert "<bdi>نادي ليث</bdi>" in page
    assert "\u202e" not in page


def test_an_item_that_ends_with_its_value_says_it_once():
    page = run_page(run_of(place("tp_1", "Club", claim("external_ids", "node/1", item="openstreetmap=node/1"))))

    assert "openstreetmap: node/1" in text_of(page)
    assert "openstreetmap=node/1" not in page


def test_a_value_of_ten_thousand_characters_is_cut():
    page = run_page(run_of(place("tp_1", "n" * 10_000, summary="s" * 10_000)))

    assert "s" * 1_001 not in page
    assert "9,000 more characters" in page
    assert len(page) < 60_000


def test_a_page_of_200_places_is_under_two_megabytes_and_has_their_evidence():
    fields = {f"external_{number}": f"value {number} of a place" for number in range(18)}
    page = run_page(
        run_of(*(place(f"tp_{n}", f"Club {n}", claim("phone", "1"), loser("phone", "2"), **fields) for n in range(200)))
    )

    assert len(page.encode()) < 2_000_000
    assert page.count('<details class="place"') == 200
    assert "The page is full" not in page


def test_a_page_that_is_full_says_how_to_see_the_rest():
    long = {f"external_{number}": "word " * 100 for number in range(40)}
    page = run_page(run_of(*(place(f"tp_{n}", f"Club {n}", **long) for n in range(100))))

    assert len(page.encode()) < 2_000_000
    assert "The page is full. For the evidence: <code>trigpoint explain tp_99</code>" in page


def test_the_date_until_which_it_may_be_kept_is_in_its_head():
    assert f'<meta name="delete-by" content="{THEN.isoformat()}">' in run_page(run_of(delete_by=THEN))[:2000]
