"""A run with a language model: what it says true is believed, what it invents reaches no golden record."""

import json

import duckdb
import pytest

from extract.lexicon import load_lexicon
from extract.schema import QueryContext
from orchestrate.settings import SEEDS_DIR
from tests.extract.inventing_model import INVENTED, InventingModel
from tests.extract.scripted_model import KEY, Model, model
from tests.orchestrate.conftest import as_json

__all__ = ["model"]

pytestmark = pytest.mark.slow
QUERY = "padel courts edinburgh"


def test_what_a_model_invents_is_kept_as_rejected_claims_and_wins_nothing(trigpoint, tmp_path, model: Model):
    context = QueryContext(QUERY, None, None, "Edinburgh", ("padel",))
    inventing = InventingModel(load_lexicon(SEEDS_DIR), context)
    model.answer = inventing.answer
    environment = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": KEY, "TRIGPOINT_LLM_MODEL": "gpt-4.1-mini"}

    done = trigpoint("run", "--json", QUERY=QUERY, **environment)
    again = trigpoint("run", "--json", QUERY=QUERY, **environment)

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
    assert believed
    assert [cell for cell in believed if cell[1] == INVENTED.get(cell[0])] == []
    assert kept == [(False, "rejected")]
    assert KEY not in done.stdout + done.stderr
    assert KEY not in json.dumps(report, default=str)
    first_calls = extraction["calls"]
    assert (len(model.requests), as_json(again)["extraction"]["calls"]) == (first_calls, 0)
