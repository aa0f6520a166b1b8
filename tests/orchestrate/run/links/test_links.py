"""Which search results are read as pages: own sites first, and never a list, a social network or another branch."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

from extract.text.lexicon import load_lexicon
from orchestrate.run.links import links_about_the_place
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables

NOW = datetime(2026, 1, 1)
RESULTS = [  # in the order of the search
    ("https://www.facebook.com/rowan", "same"),
    ("https://www.yell.com/s/gyms-edinburgh.html", "list_page"),
    ("https://www.yell.com/biz/rowan-hall", "same"),
    ("https://playtomic.io/rowan-hall", "same"),
    ("https://rowan.example/hall#map", "same"),
    ("https://rowan.example/leeds", "other_branch"),
    ("https://www.bbc.co.uk/news/rowan", "unrelated"),
    ("https://rowan.example/hall", "same"),
    ("https://leith.example/", "same"),
]


@pytest.fixture(scope="module")
def lexicon():
    return load_lexicon(SEEDS_DIR)


@pytest.fixture
def searched():
    with duckdb.connect() as connection:
        create_tables(connection)
        for rank, (url, aboutness) in enumerate(RESULTS, start=1):
            connection.execute(
                "insert into raw.serper by name select 'r1' as run_id, ? as source_record_id, ? as payload, 'h' as "
                "payload_hash, ? as result_rank",
                [url, json.dumps({"link": url}), rank],
            )
            connection.execute(
                "insert into extract.extractions by name select ? as extraction_id, 'r1' as run_id, 'serper' as "
                "source_name, ? as source_record_id, 'h' as payload_hash, '' as text, ? as url, 'rules' as extractor, "
                "'1' as extractor_version, 'ok' as status, ? as aboutness, 0 as agreed, 0 as disagreed, "
                "? as extracted_at",
                [f"e{rank}", url, url, aboutness, NOW],
            )
            connection.execute("insert into extract.uses values ('r1', ?, false)", [f"e{rank}"])
        yield connection


def test_own_sites_come_first_and_only_results_about_the_place(searched, lexicon):
    links = links_about_the_place(searched, "r1", ["serper"], lexicon, most=10)

    assert links == ["https://rowan.example/hall", "https://leith.example/", "https://playtomic.io/rowan-hall"]


def test_no_more_links_than_planned(searched, lexicon):
    assert links_about_the_place(searched, "r1", ["serper"], lexicon, most=1) == ["https://rowan.example/hall"]


def test_results_of_another_run_are_not_read(searched, lexicon):
    assert links_about_the_place(searched, "r2", ["serper"], lexicon, most=10) == []
