"""The stage against a server that misbehaves, and against kill -9 (`bench/speed/extraction.py`: with thousands)."""

import duckdb
import pytest

from bench.speed.extraction import claims, kill_stage, land, run_stage
from bench.speed.model_server import HOSTILE, Temper, serving, tally

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("endurance")]
TEXTS, AT_ONCE = 60, 8


def test_a_hostile_server_loses_no_text_and_fakes_no_success(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    land(path, TEXTS)

    with serving(HOSTILE) as url:
        run_stage(path, url, AT_ONCE, 1)
        done = tally(url)["tally"]

    with duckdb.connect(str(path)) as connection:
        outcomes = dict(
            connection.execute(
                "select coalesce(error, status), count(*) from extract.extractions group by all"
            ).fetchall()
        )
        ((most_attempts,),) = connection.execute("select max(attempts) from extract.extractions").fetchall()
        ((without_phone,),) = connection.execute(
            "select count(*) from extract.extractions as e where status = 'ok' and not exists (from extract.claims c "
            "where c.extraction_id = e.extraction_id and extractor = 'llm' and verification = 'verified')"
        ).fetchall()
        ((logged,),) = connection.execute("select count(*) from ops.llm_calls where purpose = 'extract'").fetchall()
    assert done["rate_limited"] > 10
    assert sum(outcomes.values()) == TEXTS
    assert outcomes["ok"] >= TEXTS - 5
    assert outcomes.keys() <= {"ok", "refused", "truncated", "transport_failed", "invalid_format"}
    assert (most_attempts <= 6, without_phone) == (True, 0)
    assert logged == sum(done.values()) - done["probe"]


@pytest.fixture(scope="module")
def whole_claims(tmp_path_factory):
    """The claims of a stage that is not killed."""
    path = tmp_path_factory.mktemp("whole") / "warehouse.duckdb"
    land(path, TEXTS)
    with serving(Temper(latency_seconds=0.05)) as url:
        run_stage(path, url, AT_ONCE, 1)
    return claims(path)


@pytest.mark.parametrize("killed_after", [1, 25, TEXTS - 1])
def test_a_kill_loses_nothing_that_was_paid_for(tmp_path, whole_claims, killed_after):
    killed = tmp_path / "killed.duckdb"
    land(killed, TEXTS)

    with serving(Temper(latency_seconds=0.05)) as url:
        kill_stage(killed, url, AT_ONCE, killed_after)
        run_stage(killed, url, AT_ONCE, 1)
        paid = tally(url)["tally"]["ok"]
        run_stage(killed, url, AT_ONCE, 1)
        paid_again = tally(url)["tally"]["ok"]

    assert paid <= TEXTS + AT_ONCE
    assert paid_again == paid
    assert claims(killed) == whole_claims
