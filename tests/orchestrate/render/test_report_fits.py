"""The report of a run fits a small terminal, and what has no room is counted."""

from __future__ import annotations

import io
import random
import re

import pytest
from rich.cells import cell_len

from orchestrate.render.runs.fitting import shares
from orchestrate.render.runs.report import render_brief, render_report
from orchestrate.settings import PROJECT_ROOT
from orchestrate.terminal import HarmlessConsole
from tests.orchestrate.render.planted import LOSSES, Size, report_of, sized

COLUMNS, LINES = 80, 40
BELOW = 2  # the path of the page, and the prompt


def printed(size: Size, render=render_brief, width: int = COLUMNS, **changed) -> list[str]:
    screen = io.StringIO()
    render(report_of(size, **changed), HarmlessConsole(width=width, file=screen))
    return screen.getvalue().splitlines()


def one_of(draw: random.Random) -> Size:
    few = lambda most: draw.choice([0, 1, draw.randint(0, most)])  # noqa: E731
    return Size(
        entities=few(60),
        more_sources=few(20),
        errors=few(12),
        new_fields=few(9),
        reviews=few(9),
        reused=few(3),
        pages=draw.random() < 0.5,
        model=draw.choice([None, "a-model-of-a-long-name-" * 3]),
        name=draw.choice(["Leith Club", "An Awfully Long Name of a Club " * 4, "リース庭球倶楽部" * 6]),
        query=draw.choice(["padel courts edinburgh", "padel cambridge", "padel qzzx edinburgh " * 10]),
    )


@pytest.mark.parametrize("seed", range(60))
def test_a_report_of_any_size_fits_80_columns_and_40_lines(seed):
    lines = printed(one_of(random.Random(seed)))

    assert len(lines) + BELOW <= LINES
    assert max(map(cell_len, lines)) <= COLUMNS


@pytest.mark.parametrize("entities", [0, 1, 7, 12, 60])
def test_every_entity_is_shown_or_counted(entities):
    text = "\n".join(printed(sized(entities=entities)))

    shown = len(re.findall(r"^Leith Club", text, re.MULTILINE))
    left = re.search(r"and (\d+) more entit(?:y|ies)", text)
    assert shown + (int(left[1]) if left else 0) == entities
    assert shown >= min(entities, 7)


def test_what_is_cut_names_the_command_that_shows_it():
    text = "\n".join(printed(sized(entities=60, more_sources=9, errors=8)))

    assert "duplicate 3071, 5 more" in text
    assert re.search(r"and \d+ more sources", text)
    assert re.search(r"and \d+ more errors", text)
    assert text.endswith("The whole report: trigpoint report 20260102T030400-abcdef12")


def test_the_whole_report_leaves_nothing_out():
    text = " ".join(" ".join(printed(sized(entities=60, more_sources=9, errors=8), render_report)).split())

    assert [name for name, count in LOSSES.items() if f"{name} {count}" not in text] == []
    assert all(f"source_{number}: the service is down" in text for number in range(8))
    assert text.count("EH6 6QU") == 60
    assert "126 not_mentioned" in text
    assert "12,000 records new" in text
    assert "more" not in text.partition("Pipeline Stages")[2]
    assert "…" not in text


def test_a_wide_terminal_has_room_for_all_of_a_small_report():
    assert printed(Size(), width=120) == printed(Size(), render_report, width=120)


def test_an_answer_that_was_not_asked_for_again_says_since_when():
    lines = printed(sized(reused=1), render_report, width=120)

    (serper,) = (line for line in lines if line.startswith("serper"))
    assert "no     $0.000  its answer of 2026-01-02 03:04 UTC is fresh: 12 records" in serper


@pytest.mark.parametrize(
    ("wanted", "room", "given"),
    [
        pytest.param([3, 6, 0, 0, 7], 16, [3, 6, 0, 0, 7], id="room for all"),
        pytest.param([3, 6, 0, 40], 16, [3, 6, 0, 7], id="short lists are whole first"),
        pytest.param([9, 9], 7, [3, 4], id="the last list has the rest"),
        pytest.param([9, 1], 0, [2, 1], id="no room at all"),
    ],
)
def test_lists_share_the_room(wanted, room, given):
    assert shares(wanted, room) == given


def test_colours_say_nothing_that_words_do_not():
    def shown(**environment: str) -> str:
        screen = io.StringIO()
        console = HarmlessConsole(
            width=80, file=screen, force_terminal=True, color_system="truecolor", _environ=environment
        )
        render_report(report_of(sized(errors=1)), console)
        return screen.getvalue()

    in_colour, without = shown(), shown(NO_COLOR="1")
    plain = re.compile(r"\x1b\[[0-9;]*m")
    assert (
        plain.sub("", in_colour) == plain.sub("", without) == "\n".join([*printed(sized(errors=1), render_report), ""])
    )
    assert {code for code in re.findall(r"\x1b\[([0-9;]*)m", in_colour) if code.startswith("3")} == {"31", "32", "33"}
    assert not [code for code in re.findall(r"\x1b\[([0-9;]*)m", without) if re.match("3|4|9", code)]


def test_colours_are_those_of_the_legend():
    literal = re.compile(r"""["'\[](green|yellow|red|blue|cyan|magenta)\b""")
    files = [
        path
        for room in ("render", "cli", "run", "explain")
        for path in (PROJECT_ROOT / "orchestrate" / room).rglob("*.py")
    ]

    assert [path.name for path in files if "pages" not in path.parts and literal.search(path.read_text())] == []
