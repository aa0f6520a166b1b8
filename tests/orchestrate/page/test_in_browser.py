"""The page of a run in Chromium: what a person sees, and that it stays on this machine."""

import pytest

from orchestrate.render.pages.run_page import run_page
from tests.browser import browser, needs_browser
from tests.orchestrate.page.planted import claim, left_out, loser, place, run_of

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.xdist_group("browser")]

HOSTILE = "<script>document.title='stolen'</script>\"'><img src=x onerror=\"document.title='stolen'\">"
PHONES = (
    claim("phone", "+441314960100", quote="0131 496 0100", char_start=17, char_end=30, extraction_id="e1"),
    loser("phone", "+441314960999"),
)
NAMES = ("Leith Club", "Ainslie Hall", HOSTILE, "نادي ليث الرياضي", "n" * 10_000)


@pytest.fixture(scope="module")
def chromium():
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page with hostile names, six places within metres of each other, and a contested phone."""
    near = [
        place(f"tp_{n}", name, *(PHONES if n == 1 else ()), latitude=f"{55.975 + n / 5000}")
        for n, name in enumerate(NAMES)
    ]
    path = tmp_path_factory.mktemp("page") / "run.html"
    contents = run_of(*near, place("tp_9", "Last Hall", canonical_place_types="hall"), left_out=(left_out(),))
    path.write_text(run_page(contents), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(chromium, address):
    chromium.open(address)
    return chromium


def shown_names(page) -> list[str]:
    return page.run(
        "return [...document.querySelectorAll('#answer tbody tr')].filter((r) => r.offsetParent !== null)"
        ".map((r) => r.cells[1].textContent.trim().slice(0, 20))"
    )


def test_the_page_asks_for_nothing_and_complains_of_nothing(page, address):
    assert page.requests() == [address]
    assert page.complaints() == []


def test_a_hostile_name_is_text(page):
    assert page.driver.title == "clubs leith · Trigpoint"
    assert page.run("return document.scripts.length") == 1
    assert HOSTILE[:20] in shown_names(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_keeps_nobody_out(page, address, scheme, width):
    page.open(address, width=width, scheme=scheme)
    page.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })")

    assert page.serious_findings() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(page, address, width):
    page.open(address, width=width)
    page.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })")

    assert page.run("return document.documentElement.scrollWidth") <= width


def test_no_two_names_on_the_map_overlap(page):
    overlapping = page.run("""
        const texts = [...document.querySelectorAll('.map text')];
        const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
        return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
            .filter(([_, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
            .map(([other]) => `${one} / ${other}`));
    """)

    assert overlapping == []


def test_the_table_filters_and_sorts(page):
    page.run(
        "const q = document.querySelector('[name=q]'); q.value = 'HALL';"
        "q.dispatchEvent(new Event('input', {bubbles: true}));"
    )
    found = shown_names(page)
    page.run("document.querySelector('#answer th:nth-child(2) button').click()")

    assert sorted(found) == ["Ainslie Hall", "Last Hall"]
    assert shown_names(page) == ["Ainslie Hall", "Last Hall"]
    assert page.run("return document.querySelector('#controls output').textContent") == "2 of 6 places"
    page.run("document.querySelector('#answer th:nth-child(2) button').click()")
    assert shown_names(page) == ["Last Hall", "Ainslie Hall"]


def test_the_keyboard_alone_opens_the_evidence_of_a_contested_cell(page):
    from selenium.webdriver.common.keys import Keys

    link = page.driver.find_element("css selector", "a[href='#tp_1-phone']")
    link.send_keys(Keys.ENTER)

    mark = page.driver.find_element("css selector", "#tp_1-phone mark")
    assert (mark.is_displayed(), mark.text) == (True, "0131 496 0100")
    summary = page.driver.find_element("css selector", "#tp_1-phone > summary")
    summary.send_keys(Keys.SPACE)
    assert not mark.is_displayed()


def test_without_scripts_it_is_a_plain_table_whose_cells_open(page, address):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.get(address)
        heads = page.driver.find_elements("css selector", "#answer thead th button")
        rows = page.driver.find_elements("css selector", "#answer tbody tr")
        assert (len(heads), len(rows)) == (0, 6)
        assert not page.driver.find_element("css selector", "#controls").is_displayed()
        page.driver.find_element("css selector", "#tp_1 > summary").click()
        page.driver.find_element("css selector", "#tp_1-phone > summary").click()
        assert page.driver.find_element("css selector", "#tp_1-phone mark").is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_printed_page_has_the_map_and_the_table_and_no_controls(page):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.driver.find_element("css selector", ".map svg").is_displayed()
        assert page.driver.find_element("css selector", "#answer").is_displayed()
        assert all(head.is_displayed() for head in page.driver.find_elements("css selector", "#answer th button"))
        assert not page.driver.find_element("css selector", "#controls").is_displayed()
        assert len(page.driver.execute_cdp_cmd("Page.printToPDF", {})["data"]) > 1000
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
