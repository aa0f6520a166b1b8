"""A run with a language model: true values are used, and invented values reach no golden record."""

import json
from dataclasses import replace

import duckdb
import pytest

from extract.schema import QueryContext
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR
from tests.extract.llm.inventing_model import INVENTED, InventingModel
from tests.extract.llm.scripted_model import KEY, Model, ModelReply, model, texts_of
from tests.orchestrate.conftest import as_json

__all__ = ["model"]

pytestmark = pytest.mark.slow
QUERY = "padel courts edinburgh"


def test_invented_values_are_rejected_claims(trigpoint_here, tmp_path, model: Model):
    context = QueryContext(QUERY, None, None, "Edinburgh", ("padel",))
    inventing = InventingModel(load_lexicon(SEEDS_DIR), context)
    model.answer = inventing.answer
    environment = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": KEY, "TRIGPOINT_LLM_MODEL": "gpt-4.1-mini"}

    done = trigpoint_here("run", "--json", QUERY=QUERY, **environment)
    again = trigpoint_here("run", "--json", QUERY=QUERY, **environment)

    assert (done.returncode, again.returncode) == (0, 0), done.stderr + again.stderr
    report = as_json(done)
    extraction = report["extraction"]
    assert extraction["model"] == "gpt-4.1-mini"
    assert 0 < extraction["rejected"] <= len(inventing.invented)
    extract = next(stage for stage in report["stages"] if stage["name"] == "extract")
    tokens = len(model.requests) * (100 * 0.4 + 20 * 1.6) + len(model.probes) * (100 * 0.4 + 20 * 1.6)
    assert extract["cost_usd"] == pytest.approx(tokens / 1_000_000)
    with duckdb.connect(str(tmp_path / "data" / "sandbox" / "trigpoint.duckdb"), read_only=True) as published:
        believed = published.execute(
            "select field_name, value from marts.entity_claims where is_winner and starts_with(read_by, 'gpt')"
        ).fetchall()
        kept = published.execute(
            "select distinct is_winner, lost_because from marts.entity_claims where value = ?", [INVENTED["phone"]]
        ).fetchall()
        ((slug, field),) = published.execute(
            "select slug, field_name from marts.entity_claims join marts.entities using (entity_id) group by all "
            "having bool_or(starts_with(read_by, 'gpt')) and bool_or(starts_with(read_by, 'rules')) "
            "and bool_or(read_by is null) order by all limit 1"
        ).fetchall()
    assert believed
    assert [cell for cell in believed if cell[1] == INVENTED.get(cell[0])] == []
    assert kept == [(False, "unverified")]
    assert KEY not in done.stdout + done.stderr
    assert KEY not in json.dumps(report, default=str)
    first_calls = extraction["calls"]
    assert (len(model.requests), as_json(again)["extraction"]["calls"]) == (first_calls, 0)

    result = as_json(trigpoint_here("explain", slug, field, "--json"))  # says which model and prompt a value came from

    readers = {claim["read_by"] for cell in result["cells"] for claim in cell["claims"]}
    assert any(reader and reader.startswith("gpt-4.1-mini (prompt ") for reader in readers)
    assert any(reader and reader.startswith("rules-") for reader in readers)
    assert None in readers  # a structured source


# --- money, and what fails --------------------------------------------------------------------------------

SOURCES = ("--sources", "serper,openstreetmap")


def believed_of(data_dir) -> list[tuple]:
    with duckdb.connect(str(data_dir / "sandbox" / "trigpoint.duckdb"), read_only=True) as published:
        return published.execute(
            "select entity_id, field_name, value from marts.entity_claims where is_winner order by all"
        ).fetchall()


@pytest.mark.long
def test_a_higher_cost_limit_pays_only_for_the_rest(trigpoint_here, tmp_path, model: Model):
    """And a run that could not afford a new model leaves what an earlier one read."""
    context = QueryContext(QUERY, None, None, "Edinburgh", ("padel",))
    inventing = InventingModel(load_lexicon(SEEDS_DIR), context)
    usage = {"prompt_tokens": 1000, "completion_tokens": 900}
    model.answer = lambda request: replace(inventing.answer(request), usage=usage)
    environment = {
        "QUERY": QUERY, "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": KEY, "TRIGPOINT_LLM_RECORDS_PER_CALL": "1",
    }  # fmt: skip

    def run(cap: str, **settings: str):
        return trigpoint_here("run", "--json", *SOURCES, "--max-cost", cap, **{**environment, **settings})

    capped = run("0.015")
    first_calls = len(model.requests)
    higher = run("5")

    assert (capped.returncode, higher.returncode) == (4, 0), capped.stderr + higher.stderr
    report, whole = as_json(capped), as_json(higher)
    assert report["status"] == "partial"
    assert 0 < report["cost_usd"] <= 0.015
    assert report["extraction"]["nulls"]["budget_skipped"] > 0
    assert 0 < first_calls < len(model.requests)
    asked = [text for request in model.requests for text in texts_of(request).values()]
    assert len(asked) == len(set(asked)), "a text was paid for twice"
    assert whole["extraction"]["reused"] + whole["extraction"]["calls"] >= whole["extraction"]["texts"] - 5

    before = believed_of(tmp_path / "data")
    poor = run("0.0015", TRIGPOINT_LLM_MODEL="gpt-4o-mini")

    assert poor.returncode == 4, poor.stderr
    assert believed_of(tmp_path / "data") == before


@pytest.mark.long
def test_failed_texts_are_listed_and_read_later(trigpoint_here, model: Model):
    environment = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": KEY}
    model.answer = lambda request: ModelReply("", refusal="I cannot.")

    done = trigpoint_here("run", "--json", *SOURCES, QUERY=QUERY, **environment)
    listed = as_json(trigpoint_here("rejects", "--json"))["rejects"]
    without = as_json(trigpoint_here("replay", "--json"))
    model.answer = InventingModel(load_lexicon(SEEDS_DIR), QueryContext(QUERY, None, None, "Edinburgh", ())).answer
    replayed = as_json(trigpoint_here("replay", "--json", **environment))

    texts = {row["source_record_id"] for row in listed if row["kind"] == "text"}
    assert (done.returncode, as_json(done)["status"]) == (0, "partial"), done.stderr
    assert {row["reason"] for row in listed if row["kind"] == "text"} == {"refused"}
    assert (without["texts_read"], without["errors"]) == (
        0,
        ["No language model is configured to read the failed texts. Set OPENAI_API_KEY or OPENAI_BASE_URL."],
    )
    assert (replayed["texts_read"], replayed["texts_still_failed"]) == (len(texts), 0)
    assert replayed["entities_published"] > 0
    assert [row for row in as_json(trigpoint_here("rejects", "--json"))["rejects"] if row["kind"] == "text"] == []


def test_a_cap_on_a_model_without_a_price_is_refused(trigpoint_here, model: Model):
    done = trigpoint_here(
        "run", "--max-cost", "1", QUERY=QUERY, OPENAI_BASE_URL=model.url, TRIGPOINT_LLM_MODEL="my-own"
    )  # fmt: skip

    assert done.returncode == 2
    assert "llm_prices.csv" in done.stderr
    assert model.requests == []
