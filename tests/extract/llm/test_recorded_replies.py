"""Recorded replies of a real model with 270 million parameters about the sandbox's search results.

`make llm-local` starts it. It invents values and copies the example of its prompt. Those become rejected claims only.
"""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from extract.engine import Extractor, QueryContext
from extract.folding import fold
from extract.llm.client import LlmSettings
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables
from tests.extract.llm.scripted_model import KEY, Model, ModelReply, texts_of

REPLIES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "model_replies.jsonl").read_text(encoding="utf-8").splitlines()
]
QUERY = QueryContext("sports edinburgh", None, None, "Edinburgh", ())


@pytest.fixture
def stored(model: Model):
    """The warehouse after the recorded replies were used as answers."""
    by_text = {f"{r['title']}\n{r['snippet']}\n{r['link']}": r["answer"] for r in REPLIES}
    model.answer = lambda request: ModelReply({key: by_text[text] for key, text in texts_of(request).items()})
    with duckdb.connect() as warehouse:
        create_tables(warehouse)
        for rank, reply in enumerate(REPLIES):
            payload = json.dumps({name: reply[name] for name in ("title", "snippet", "link")})
            row = ["r1", f"{rank}", payload, f"hash {rank}", "q", datetime(2026, 1, 1), rank]
            warehouse.execute("insert into raw.serper values (?, ?, ?, ?, ?, ?, ?, null)", row)
        extractor = Extractor(load_lexicon(SEEDS_DIR), LlmSettings(model.url, KEY, "gemma", concurrency=4))
        asyncio.run(
            extractor.extract_run(warehouse, run_id="r1", query=QUERY, sources=["serper"], now=datetime(2026, 1, 1))
        )
        yield warehouse


def test_every_kept_value_is_in_its_text(stored):
    kept = stored.execute(
        "select text, field_name, value, quote, char_start, char_end from extract.claims "
        "join extract.extractions using (extraction_id) where claims.extractor = 'llm' and verification != 'rejected'"
    ).fetchall()

    assert len(kept) > 50
    for text, field, value, quote, start, end in kept:
        assert text[start:end] == quote
        if field == "phone":
            assert re.sub(r"\D", "", value)[-9:] in re.sub(r"\D", "", text)
        elif field in ("entity_name", "street_address", "postcode", "email"):
            assert set(fold(value)) <= set(fold(text))


def test_invented_values_are_kept_with_the_reason(stored):
    offered = sum(len(entity["findings"]) for reply in REPLIES for entity in reply["answer"]["entities"])
    rejected = stored.execute(
        "select null_reason, count(*) from extract.claims "
        "where extractor = 'llm' and verification = 'rejected' group by all"
    ).fetchall()

    reasons = dict(rejected)
    assert offered > 100
    assert reasons["ungrounded_rejected"] > 50
    assert None not in reasons


def test_values_of_the_prompts_example_are_rejected(stored):
    """The example's club by the shore is in none of these texts."""
    example_values = "0131 496 0123|441314960123|Shore Tennis|clay_courts"
    assert not any(re.search(example_values, f"{r['title']} {r['snippet']}") for r in REPLIES)

    accepted = stored.execute(
        "select value from extract.claims where verification != 'rejected' and regexp_matches(value, ?)",
        [example_values],
    ).fetchall()

    assert accepted == []
