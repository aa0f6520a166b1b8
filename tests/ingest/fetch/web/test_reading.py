"""A page is read to its title, its main text and the one place that it describes to machines."""

from __future__ import annotations

import json
import time

import pytest

from ingest.fetch.web.reading import read_page
from ingest.fetch.web.weeks import stated_weeks

URL = "https://rowan.example/leith"
HALL = {
    "@type": "SportsActivityLocation",
    "name": "Rowan Hall",
    "address": {"@type": "PostalAddress", "streetAddress": "7 Rowan Road", "postalCode": "EH6 4AB"},
    "telephone": "0131 496 0001",
}
LEEDS = {**HALL, "name": "Rowan Leeds", "address": "1 Leeds Road, Leeds"}
HEAD_OFFICE = {**HALL, "@type": "Organization", "name": "Rowan Ltd", "address": "1 London Wall, London"}


def page(body: str = "", *blocks: object, head: str = "") -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)
    return f"<html><head><title>Rowan Hall</title>{head}{scripts}</head><body>{body}</body></html>"


def test_the_text_is_what_a_person_reads():
    html = page(
        '<div class="cookie-consent">We use cookies. Accept all</div>'
        '<nav><a href="/">Home</a><a href="/leeds">Leeds</a></nav>'
        "<main><h1>Rowan Hall</h1><p>We have four <b>squash courts</b>.</p>"
        "<table><tr><th>Monday</th><td>9am-5pm</td></tr><tr><th>Tuesday</th><td>closed</td></tr></table></main>"
        "<footer>Rowan Ltd, 1 London Wall, 0800 496 0000</footer>"
    )

    read = read_page(html, URL)

    assert read["title"] == "Rowan Hall"
    main, footer = read["text"].split("\n\f")
    assert main.split("\n") == ["We have four squash courts.", "Monday 9am-5pm", "Tuesday closed"]
    assert footer == "Rowan Ltd, 1 London Wall, 0800 496 0000"


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param("<!-- {} -->", id="comment"),
        pytest.param('<img src="x" alt="{}">', id="alt"),
        pytest.param('<p style="display:none">{}</p>', id="display-none"),
        pytest.param('<p style="font-size:0">{}</p>', id="no-size"),
        pytest.param('<p style="position:absolute; left:-9999px">{}</p>', id="off-the-screen"),
        pytest.param('<p style="color:#ffffff">{}</p>', id="white"),
        pytest.param('<p style="opacity: 0;">{}</p>', id="transparent"),
        pytest.param("<p hidden>{}</p>", id="hidden"),
        pytest.param('<p aria-hidden="true">{}</p>', id="aria-hidden"),
        pytest.param('<p class="visually-hidden">{}</p>', id="class"),
        pytest.param("<style>.x1 {{ color: red; display: none }}</style><p class=x1>{}</p>", id="style-sheet"),
        pytest.param("<noscript>{}</noscript>", id="noscript"),
        pytest.param("<template>{}</template>", id="template"),
        pytest.param('<input value="{}">', id="input"),
        pytest.param('<a href="/" title="{}">x</a>', id="tooltip"),
        pytest.param("<script>var phone = '{}'</script>", id="script"),
    ],
)
def test_what_no_person_sees_is_not_in_the_text(planted):
    call = "Call 0131 496 0666"
    html = page(f"<main><h1>Rowan Hall</h1><p>We have four squash courts.</p>{planted.format(call)}</main>")

    assert "0666" not in read_page(html, URL)["text"]


def test_the_lists_of_the_content_are_in_the_text():
    html = page(
        "<main><p>We have four squash courts.</p><ul><li>Free <b>wifi</b></li><li>Step-free access</li></ul>"
        '<ul><li><a href="/leeds">Leeds</a></li></ul></main>'
    )

    assert read_page(html, URL)["text"].split("\n") == ["We have four squash courts.", "Free wifi", "Step-free access"]


@pytest.mark.parametrize(
    ("heading", "is_dropped"),
    [
        ("Other clubs nearby", True),
        ("Weitere Standorte", True),
        ("Nos autres salles", True),
        ("You might also like", True),
        ("Other information", False),
        ("More about our pools", False),
    ],
)
def test_a_section_about_other_places_is_no_text_of_the_page(heading, is_dropped):
    html = page(
        f"<main><h1>Rowan Hall</h1><p>Four courts.</p><h3>{heading}</h3>"
        "<div><h4>Holly Hall</h4><p>0131 496 0666</p></div>"
        "<h3>Parking</h3><p>There is none.</p></main>"
    )

    text = read_page(html, URL)["text"]

    assert ("0666" in text) != is_dropped
    assert "There is none." in text


def test_the_profile_to_which_a_page_links_is_in_its_text():
    html = page(
        "<main><p>Four courts.</p></main><footer><a href='https://www.facebook.com/rowanhall?ref=x'>f</a>"
        "<a href='https://www.facebook.com/sharer/sharer.php?u=1'>share</a><a href='https://x.com/rowan'>X</a>"
        "<a href='https://twitter.com/agency'>by</a><a href='https://instagram.com/rowan/p/1'>photo</a>"
        "<a href='https://[bad/'>bad</a></footer>"
    )

    assert read_page(html, URL)["text"] == "Four courts.\nhttps://www.facebook.com/rowanhall"


@pytest.mark.parametrize(
    ("site", "body", "title"),
    [
        pytest.param("Rowan Club", "Rowan Club, Leith", "Rowan Hall | Rowan Club", id="seen"),
        pytest.param("Rowan Club", "Leith", "Rowan Hall", id="not-seen"),
        pytest.param("rowan hall", "rowan hall", "Rowan Hall", id="in-the-title"),
        pytest.param("Call 0131 496 0666", "Call 0131 496 0666", "Rowan Hall", id="a-phone"),
        pytest.param("go to evil.example/x", "go to evil.example/x", "Rowan Hall", id="an-address"),
    ],
)
def test_the_name_of_the_site_comes_after_the_title(site, body, title):
    html = page(f"<main><p>{body}</p></main>", head=f'<meta property="og:site_name" content="{site}">')

    assert read_page(html, URL)["title"] == title


def test_meta_tags_are_not_in_the_text():
    html = page(
        "<main><p>Four squash courts.</p></main>", head='<meta name="description" content="Call 0131 496 0666">'
    )

    assert "0666" not in read_page(html, URL)["text"]


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        pytest.param([HALL], "/structured/jsonld/0", id="one"),
        pytest.param([[HEAD_OFFICE, HALL]], "/structured/jsonld/0/1", id="in-a-list"),
        pytest.param([{"@graph": [HEAD_OFFICE, HALL]}], "/structured/jsonld/0/@graph/1", id="in-a-graph"),
        pytest.param([{"@type": "WebPage", "mainEntity": HALL}], "/structured/jsonld/0/mainEntity", id="of-a-page"),
        pytest.param([HALL, HALL], "/structured/jsonld/0", id="described-twice"),
        pytest.param([LEEDS, {**HALL, "url": URL + "/"}], "/structured/jsonld/1", id="the-one-at-this-address"),
        pytest.param([HALL, LEEDS], None, id="several-branches"),
        pytest.param([HEAD_OFFICE], None, id="head-office"),
        pytest.param([{"@type": "SportsClub", "name": "Rowan"}], None, id="says-not-where"),
        pytest.param([{**HALL, "@type": ["Event", "Place"]}], None, id="an-event"),
        pytest.param(["no item", None, 7, [[]]], None, id="no-items"),
    ],
)
def test_one_place_is_chosen_or_none(blocks, path):
    assert read_page(page("", *blocks), URL)["place_at"] == path


def test_a_block_that_is_no_json_stays_as_text():
    html = page("", HALL, head='<script type="application/ld+json">{"name": "Rowan",}</script>')

    read = read_page(html, URL)

    assert read["structured"]["jsonld"] == ['{"name": "Rowan",}', HALL]
    assert read["place"] == HALL


def test_microdata_have_the_form_of_json_ld():
    html = page(
        '<div itemscope itemtype="https://schema.org/SportsClub"><h1 itemprop="name">Rowan  Hall</h1>'
        '<p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">'
        '<span itemprop="streetAddress">7 Rowan Road</span></p><a itemprop="url" href="/leith">us</a>'
        '<time itemprop="openingHours" datetime="Mo-Fr 09:00-17:00">weekdays</time>'
        '<time itemprop="openingHours" datetime="Sa 10:00-12:00">Saturday</time></div>'
    )

    read = read_page(html, URL)

    assert read["place_at"] == "/structured/microdata/0"
    assert read["place"] == {
        "@type": "SportsClub",
        "name": "Rowan Hall",
        "address": {"@type": "PostalAddress", "streetAddress": "7 Rowan Road"},
        "url": "/leith",
        "openingHours": ["Mo-Fr 09:00-17:00", "Sa 10:00-12:00"],
    }
    assert read["weeks"] == "Mo-Fr 09:00-17:00; Sa 10:00-12:00"


def tags(**contents: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{content}">' for name, content in contents.items()
    )


AT = {"business__contact_data__street_address": "7 Rowan Road", "business__contact_data__locality": "Leith"}
POINT = {"place__location__latitude": "55.97", "place__location__longitude": "-3.17"}
OTHER = {"business__contact_data__street_address": "1 London Wall"}


@pytest.mark.parametrize(
    ("head", "blocks", "path"),
    [
        pytest.param(tags(**AT), [], "/structured/opengraph", id="address"),
        pytest.param(tags(**POINT), [], "/structured/opengraph", id="point"),
        pytest.param(tags(**AT), [HEAD_OFFICE], "/structured/opengraph", id="beside-a-head-office"),
        pytest.param(tags(**AT), [HALL], "/structured/jsonld/0", id="better-data-first"),
        pytest.param(tags(**AT), [HALL, LEEDS], None, id="beside-several-branches"),
        pytest.param(tags(**AT) + tags(**OTHER), [], None, id="two-addresses"),
        pytest.param(tags(og__title="Rowan", og__type="website"), [], None, id="says-not-where"),
    ],
)
def test_opengraph_is_a_place_if_nothing_better_says_where_it_is(head, blocks, path):
    assert read_page(page("", *blocks, head=head), URL)["place_at"] == path


def test_the_phone_of_opengraph_counts_if_the_page_shows_it():
    phones = tags(business__contact_data__phone_number="+44 131 496 0123")

    seen, unseen = (
        read_page(page(f"<main><p>{text}</p></main>", head=tags(**AT) + phones), URL)["shown"]
        for text in ("Call 0131 496 0123", "Call us")
    )

    assert (seen["telephone"], unseen["telephone"]) == (["+44 131 496 0123"], [])


@pytest.mark.parametrize(
    ("description", "is_kept"),
    [
        ("Four squash courts and a café.", True),
        ("Four courts. Call 0131 496 0123.", True),  # as the page says
        ("Four courts. Call 0131 496 0666.", False),
        ("Book at https://evil.example", False),
        ("Write to a@evil.example", False),
    ],
)
def test_the_description_of_a_place_holds_no_contact_that_the_page_does_not_show(description, is_kept):
    meta = f'<meta name="description" content="{description}">'

    read = read_page(page("<main><p>Call 0131 496 0123.</p></main>", HALL, head=meta), URL)

    assert read["description"] == (description if is_kept else None)


def test_opengraph_is_kept_by_name():
    html = page(head='<meta property="og:title" content="Rowan"><meta property="fb:app_id" content="1">')

    assert read_page(html, URL)["structured"]["opengraph"] == {"og:title": "Rowan"}


def rule(days: object, opens: str, closes: str, **more: str) -> dict[str, object]:
    return {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": opens, "closes": closes, **more}


@pytest.mark.parametrize(
    ("rules", "weeks"),
    [
        pytest.param(
            [rule(["Monday", "https://schema.org/Tuesday"], "9:00", "17:00:00")], "Mo,Tu 9:00-17:00", id="days"
        ),
        pytest.param(rule("Sunday", "00:00", "00:00"), "Su off", id="closed"),
        pytest.param([rule("Monday", "09:00", "17:00"), rule("Someday", "1:00", "2:00")], None, id="one-unreadable"),
        pytest.param([rule("Monday", "09:00", "17:00", validThrough="2019-12-31")], None, id="of-a-season"),
        pytest.param(["Mo-Fr"], None, id="no-rule"),
        pytest.param(None, None, id="none"),
    ],
)
def test_hours_are_read_whole_or_not_at_all(rules, weeks):
    assert stated_weeks({"openingHoursSpecification": rules}) == weeks


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("", id="empty"),
        pytest.param("<div>" * 30_000 + "x", id="deep"),
        pytest.param("<div itemscope>x</div>" * 5_000, id="many-items"),
        pytest.param("<div itemscope itemprop=a>" * 5_000, id="deep-items"),
        pytest.param(f"<script type='application/ld+json'>{'[' * 100_000}</script>", id="deep-json"),
        pytest.param("<p a=" * 50_000, id="unclosed"),
        pytest.param("\0<\ud7ff>\0", id="noise"),
        pytest.param("<p>y" * 50_000, id="flat"),
        pytest.param("<ul><li>" * 20_000, id="deep-lists"),
        pytest.param("<ul><li>y</ul>" * 20_000, id="many-lists"),
        pytest.param("<h2>Other clubs</h2><p>y" * 20_000, id="many-headings"),
        pytest.param("<a href=//x.com/y>" * 20_000, id="many-links"),
    ],
)
def test_no_page_takes_long(html):
    started = time.process_time()  # other processes do not count

    read_page(html, URL)

    assert time.process_time() - started < 3
