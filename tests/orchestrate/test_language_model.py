"""A run with a language model: what it says true is believed, what it invents reaches no golden record."""

import json

import duckdb
import pytest

from tests.extract.scripted_model import KEY, Model, ModelReply, model
from tests.orchestrate.conftest import as_json

__all__ = ["model"]

pytestmark = pytest.mark.slow
INVENTED = "+441314960999"


def answer(request: dict) -> ModelReply:
    """Quotes the text's first line as a summary, and invents a phone for every place."""
    text = request["messages"][1]["content"].split("\n")
    title = text[text.index(next(line for line in text if line.startswith("BEGIN DATA"))) + 1]
    findings = [
        {"field": "summary", "quote": title, "value": f"{title}, as the locals call it."},
        {"field": "phone", "quote": "Tel: 0131 496 0999", "value": INVENTED},
    ]
    return ModelReply({"aboutness": "same", "findings": findings})


def test_an_invented_phone_is_kept_as_a_rejected_claim_and_wins_nothing(trigpoint, tmp_path, model: Model):
    model.answer = answer

    done = trigpoint(
        "run",
        "--json",
        QUERY="powerleague portobello",
        OPENAI_BASE_URL=model.url,
        OPENAI_API_KEY=KEY,
        TRIGPOINT_LLM_MODEL="gpt-4.1-mini",
    )

    assert done.returncode == 0, done.stderr
    report = as_json(done)
    assert (report["extraction"]["model"], report["extraction"]["rejected"]) == ("gpt-4.1-mini", len(model.requests))
    extract = next(stage for stage in report["stages"] if stage["name"] == "extract")
    assert extract["cost_usd"] == pytest.approx(len(model.requests) * (100 * 0.4 + 20 * 1.6) / 1_000_000)
    with duckdb.connect(str(tmp_path / "data" / "sandbox" / "trigpoint.duckdb"), read_only=True) as published:
        assert published.execute("select count(*) from marts.entities where phone = ?", [INVENTED]).fetchall() == [(0,)]
        kept = published.execute(
            "select distinct is_winner, lost_because from marts.entity_claims where value = ?", [INVENTED]
        ).fetchall()
    assert kept == [(False, "rejected")]
    assert KEY not in done.stdout + done.stderr
    assert KEY not in json.dumps(report, default=str)
