"""The application in Chromium: what a person sees and does, and that nothing leaves this machine."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from orchestrate.serve.app import make_app
from orchestrate.settings import SEEDS_DIR, Settings
from tests.browser import Browser, browser, needs_browser
from tests.orchestrate.serve.conftest import Office
from tests.orchestrate.serve.planted import GOOGLE, GYM, POOL, build, publish

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.xdist_group("browser")]

PAGES = (
    "/", "/map", "/conflicts", "/events", "/review", "/review/pairs", "/review/cells", "/decisions", f"/entity/{GYM}",
    f"/entity/{POOL}", "/entity/nope",
)  # fmt: skip
LONG = "n" * 10_000
SETTLED_SECONDS = 0.4  # a key or click returns before its form is answered and the next page is there


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Office, str]]:
    """An office with 12 pairs and a name of 10,000 letters, and the address of its application."""
    mode_dir = tmp_path / "data" / "sandbox"
    publish(mode_dir / "trigpoint.duckdb", {GYM: f"Thistle {LONG}"})
    build(mode_dir / "warehouse.duckdb", more_pairs=10)
    shutil.copytree(SEEDS_DIR, tmp_path / "seeds")
    office = Office(Settings(mode="sandbox", data_dir=tmp_path / "data"), tmp_path / "seeds")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(office.settings, office.seeds_dir), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield office, f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


def press(page: Browser, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page.driver).send_keys(*keys).perform()
    time.sleep(SETTLED_SECONDS)


def decisions(office: Office, expected: int) -> list[str]:
    """What the seed holds, once it has as many decisions as expected: a click returns before the form is answered."""
    until = time.monotonic() + 10
    while len(rows := office.rows("match_overrides")) < expected and time.monotonic() < until:
        time.sleep(0.05)
    return [row["decision"] for row in rows]


def click(page: Browser, selector: str) -> None:
    found = next(one for one in page.driver.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed())
    found.click()
    time.sleep(SETTLED_SECONDS)


def test_every_page_stays_on_this_machine_and_keeps_nobody_out(chromium, served):
    _, address = served
    for path in PAGES:
        for width, scheme in ((1280, "light"), (390, "dark")):
            chromium.open(address + path, width=width, scheme=scheme)
            chromium.run("document.querySelectorAll('details').forEach((box) => { box.open = true; })")

            asked = [url for url in chromium.requests() if not url.startswith((f"{address}/", "data:"))]
            complaints = [line for line in chromium.complaints() if "400 (Bad Request)" not in line]
            assert (path, asked, complaints) == (path, [], [])
            assert chromium.run("return document.documentElement.scrollWidth") <= width, path
            assert (path, chromium.serious_findings()) == (path, [])


def test_hostile_names_are_text(chromium, served):
    chromium.open(served[1] + f"/entity/{POOL}")

    assert chromium.run("return document.querySelector('h1').textContent").startswith("<script>alert('x')</script>")
    assert chromium.run("return document.scripts.length") == 1


def test_a_person_searches_filters_and_opens_a_cell(chromium, served):
    chromium.open(served[1] + "/")
    press(chromium, "/", "leith", Keys.ENTER)
    names = chromium.driver.find_elements(By.CSS_SELECTOR, ".cards .name")
    assert len(names) == 1

    names[0].click()
    click(chromium, "#phone > summary")

    mark = chromium.driver.find_element(By.CSS_SELECTOR, "#phone mark")
    assert (mark.is_displayed(), mark.text) == (True, "0131 496 0101")


def test_ten_pairs_are_reviewed_with_the_keyboard_alone(chromium, served):
    office, address = served
    chromium.open(address + "/review")
    click(chromium, "a[href='/review/pairs']")
    for number in range(10):
        assert "What Trigpoint thinks is hidden" in chromium.driver.page_source
        press(chromium, "s" if number == 0 else "d", "4")
        if number == 0:
            press(chromium, "Ada", Keys.ENTER)
        assert "decided by" in chromium.driver.page_source
        assert len(office.rows("match_overrides")) == number + 1  # written before the next key
        press(chromium, "n")

    rows = office.rows("match_overrides")
    assert [row["decision"] for row in rows] == ["must_match", *["cannot_match"] * 9]
    assert {(row["author"], row["reason"]) for row in rows} == {
        ("Ada", "I know the place"),
        ("Ada", "I know the places"),
    }
    assert chromium.complaints() == []


def test_keys_go_back_skip_and_undo(chromium, served):
    office, address = served
    chromium.open(address + "/review/pairs")
    first = chromium.driver.current_url
    press(chromium, "n")
    assert chromium.driver.current_url != first

    press(chromium, "d", Keys.ESCAPE, "1")
    assert office.rows("match_overrides") == []
    press(chromium, "d", "r", "looked it up", Keys.TAB, Keys.TAB)
    chromium.run("document.querySelector('[data-author]').value = 'Ada'")
    press(chromium, Keys.ENTER)
    assert [row["reason"] for row in office.rows("match_overrides")] == ["looked it up"]

    press(chromium, "u")
    assert office.rows("match_overrides") == []


def test_an_entity_is_split_and_two_are_joined_in_three_clicks(chromium, served):
    office, address = served
    chromium.open(address + f"/entity/{GYM}")
    chromium.driver.add_cookie({"name": "reviewer", "value": "Ada"})
    chromium.open(address + f"/entity/{GYM}")

    click(chromium, f"input[name=record][value='{GOOGLE}']")
    click(chromium, "form[action='/split'] [data-reason]")
    assert decisions(office, 1) == ["cannot_match"]

    click(chromium, "#join > summary")
    click(chromium, f"input[name=other][value='{POOL}']")
    click(chromium, "form[action='/join'] [data-reason]")
    assert decisions(office, 2) == ["cannot_match", "must_match"]


def test_review_works_without_scripts(chromium, served):
    office, address = served
    chromium.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        chromium.driver.get(address + "/review/pairs")
        click(chromium, "input[value=cannot_match]")
        chromium.driver.find_element(By.CSS_SELECTOR, "[name=author]").send_keys("Ada")
        click(chromium, ".for-two [data-reason]")
    finally:
        chromium.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    assert decisions(office, 1) == ["cannot_match"]
