"""The live display of a run: each source and each model, in a terminal only."""

from __future__ import annotations

import io
import re

import pytest

from ingest.landing.reading import News
from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.events import Step, Steps
from orchestrate.run.progress.terminal import TerminalProgress, progress_for
from orchestrate.terminal import HarmlessConsole

NEWS = (
    News("serper", 1, 10, "done"),
    News("google_places", 3, 41, "asking"),
    News("openstreetmap", 1, 0, "failed", "the service is down\x1b[2J"),
)
INGESTED = StageResult("ingest", 5, 4, {"repeated": 1}, 1.25, 0.036, ("openstreetmap: down",))


def screen_of(progress: TerminalProgress, width: int = 80, **environment: str) -> str:
    """What the live display shows now."""
    console = HarmlessConsole(file=io.StringIO(), width=width, force_terminal=True, _environ=environment)
    with console.capture() as captured:
        console.print(progress._stage)
    return captured.get()


def plain(text: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).splitlines()


@pytest.fixture(autouse=True)
def no_ci_system(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def progress():
    shown = TerminalProgress(HarmlessConsole(file=io.StringIO(), width=80, force_terminal=True))
    yield shown
    shown.close()


def test_each_source_has_a_line_with_its_requests_and_records(progress):
    progress.begin("ingest", "asking 3 sources")
    for one in NEWS:
        progress.source(one)
    progress.source(News("google_places", 4, 61, "done"))

    first, *sources = plain(screen_of(progress))
    assert "ingest 0 s: asking 3 sources" in first
    assert [line.rstrip() for line in sources] == [
        "  ✓ serper        1 request, 10 records",
        "  ✓ google_places 4 requests, 61 records",
        "  ! openstreetmap 1 request, 0 records, failed: the service is down�[2J",
    ]


def test_models_that_run_are_named_beside_the_count(progress):
    progress.begin("transform", "matching and survivorship in dbt")
    progress.step(Step(31, 108, "", ("int_pairs_scored", "int_claims")))

    lines = plain(screen_of(progress))

    assert "31 of 108, int_pairs_scored, int_claims" in lines[1]
    assert "━" in lines[1]


def test_a_new_stage_forgets_the_sources_and_a_screen_is_never_wider_than_the_terminal(progress):
    progress.begin("ingest", "asking 3 sources")
    progress.source(News("s" * 60, 1, 0, "failed", "down " * 50))
    assert max(map(len, plain(screen_of(progress)))) <= 80

    progress.begin("extract", "reading")

    assert len(plain(screen_of(progress))) == 1


def test_without_colours_marks_say_the_same(progress):
    progress.begin("ingest", "asking")
    for one in NEWS:
        progress.source(one)

    text = screen_of(progress, NO_COLOR="1")

    assert not re.search(r"\x1b\[3[0-9]", text)
    assert plain(text) == plain(screen_of(progress))


def test_the_live_lines_are_gone_when_the_stage_ends():
    screen = io.StringIO()
    progress = progress_for(HarmlessConsole(file=screen, width=80, force_terminal=True))

    progress.begin("ingest", "asking")
    progress.source(NEWS[0])
    progress.end(INGESTED)

    text = screen.getvalue()
    assert plain(text[text.rindex("\x1b[2K") :])[-2:] == [
        "! ingest        5 in, 4 out, lost 1 (repeated 1), $0.036, 1.2 s",
        "  ! openstreetmap: down",
    ]


def test_a_log_has_no_live_lines():
    log = io.StringIO()
    progress = progress_for(HarmlessConsole(file=log, width=80))

    progress.begin("ingest", "asking")
    progress.source(NEWS[0])
    progress.step(Step(1, 2, "int_claims"))
    progress.end(INGESTED)

    assert log.getvalue().splitlines() == [
        "ingest        5 in, 4 out, lost 1 (repeated 1), $0.036, 1.2 s",
        "  ! openstreetmap: down",
    ]


@pytest.mark.parametrize(
    ("environment", "terminal", "is_live"),
    [
        pytest.param({}, "xterm", True, id="a person"),
        pytest.param({}, "dumb", False, id="a terminal without cursor"),
        pytest.param({"CI": "true"}, "xterm", False, id="a CI system that forces colours"),
    ],
)
def test_lines_are_live_only_where_a_person_looks_on(monkeypatch, environment, terminal, is_live):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    console = HarmlessConsole(file=io.StringIO(), force_terminal=True, _environ={"TERM": terminal})

    assert isinstance(progress_for(console), TerminalProgress) is is_live


def test_nodes_run_from_their_beginning_to_their_end():
    seen: list[Step] = []
    steps = Steps(seen.append, of=2)

    steps.begun("a")
    steps.begun("b")
    steps.finished("a")
    steps.finished("b")

    assert seen == [
        Step(0, 2, "", ("a",)),
        Step(0, 2, "", ("a", "b")),
        Step(1, 2, "a", ("b",)),
        Step(2, 2, "b", ()),
    ]
