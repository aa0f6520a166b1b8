"""The gold set of pages is wide and mostly silent, and the rules read it well."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from orchestrate.learn.eval_extraction import GoldPage, evaluate_extraction, read_gold
from orchestrate.learn.gold.pages import PAGE_FIELDS
from orchestrate.settings import PROJECT_ROOT
from tests.printed import printed

DATA = PROJECT_ROOT / "tests" / "data"
SETS = tuple(DATA / f"pages_{name}.jsonl" for name in ("gold", "held_out", "worldwide_a", "worldwide_b"))


def test_the_gold_set_is_wide_and_mostly_silent():
    pages = [page for path in SETS for page in read_gold(path) if isinstance(page, GoldPage)]
    languages = Counter(page.language for page in pages)

    stated = sum(len(page.fields) for page in pages)

    assert len(pages) == 185
    assert len({page.country for page in pages}) >= 20
    assert len(languages) >= 8
    assert 0.4 < languages["en"] / len(pages) < 0.6
    assert stated <= 0.6 * len(PAGE_FIELDS) * len(pages)


@pytest.mark.parametrize(
    ("gold", "precision", "recall", "about", "most_invented"),
    [
        pytest.param(SETS[0], 0.99, 0.96, 120, 0, id="built-with"),
        pytest.param(SETS[1], 0.99, 0.91, 25, 0, id="once-held-out"),
        pytest.param(SETS[2], 0.94, 0.82, 18, 1, id="other-author"),
        pytest.param(SETS[3], 0.95, 0.84, 17, 3, id="other-author-never-read"),
    ],
)
def test_the_rules_alone_read_most_of_a_page(gold, precision, recall, about, most_invented):
    result = printed(asyncio.run(evaluate_extraction(gold, None, None)))

    assert result["precision"] > precision
    assert result["recall"] > recall
    assert result["aboutness_right"] >= about
    assert sum(tally["invented"] for tally in result["fields"].values()) <= most_invented
