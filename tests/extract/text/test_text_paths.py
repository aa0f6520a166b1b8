"""The row of the seed alone says where the texts of a source are."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from extract.engine import Extractor, QueryContext
from extract.text.lexicon import load_lexicon
from extract.text_paths import LONGEST_PIECE, LONGEST_TITLE, MOST_PIECES, TextPaths
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_raw_table, create_tables

ROW = {
    "source_name": "club_news",
    "title": "/head/line",
    "snippet": "/body|summary",
    "labels": "/facts",
    "url": "/href",
    "structured_keys": "^box:",
}
PATHS = TextPaths.of(ROW)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        pytest.param(
            {
                "head": {"line": "Braid Club"},
                "body": "Tennis.",
                "facts": {"Phone": "0131"},
                "href": "https://a.example",
            },
            "Braid Club\nTennis. Phone: 0131.\nhttps://a.example",
            id="all",
        ),
        pytest.param({"body": "", "summary": "Short."}, "\nShort.\n", id="the-next-name-where-the-first-is-blank"),
        pytest.param({"facts": {"Opened": 1962}}, "\nOpened: 1962.\n", id="labels-alone"),
        pytest.param({"facts": ["x"], "head": "x", "href": None}, "\n\n", id="other-shapes-are-no-text"),
        pytest.param({}, "\n\n", id="nothing"),
    ],
)
def test_payload_is_read_where_the_row_says(payload, text):
    assert PATHS.read("1", "h", payload).text == text


def test_long_text_is_cut():
    record = PATHS.read("1", "h", {"head": {"line": "x" * 9999}, "body": "y" * 99_999})

    assert (len(record.title), len(record.snippet)) == (LONGEST_TITLE, LONGEST_PIECE * MOST_PIECES)


def test_blank_path_finds_nothing():
    assert TextPaths.of({**ROW, "labels": ""}).read("1", "h", {"facts": {"Phone": "0131"}}).snippet == ""


def test_other_source_of_texts_is_extracted():
    lexicon = replace(load_lexicon(SEEDS_DIR), texts={"club_news": PATHS})
    with duckdb.connect() as connection:
        create_tables(connection)
        create_raw_table(connection, "club_news")
        story = {
            "head": {"line": "Braid Tennis Club"},
            "body": "Courts in Leith. Tel: 0131 496 0123.",
            "href": "https://braid.example/",
        }
        for key in ("story-1", "box:2"):
            connection.execute(
                "insert into raw.club_news values ('r1', ?, ?, 'h', 'q', ?, 1, null)",
                [key, json.dumps(story), datetime(2026, 1, 1)],
            )

        report = asyncio.run(
            Extractor(lexicon, None).extract_run(
                connection,
                run_id="r1",
                query=QueryContext("tennis leith", None, "Leith", "Edinburgh", ("tennis",)),
                sources=["club_news"],
                now=datetime(2026, 1, 1),
            )
        )
        phones = connection.execute("select value from extract.claims where field_name = 'phone'").fetchall()

    assert report.rows_in == 1
    assert phones == [("+441314960123",)]
