from datetime import datetime

import pytest

from orchestrate.errors import GateError
from orchestrate.run.ledger import StageResult, finish_run, record_stage, start_run
from orchestrate.store.warehouse import Warehouse


@pytest.fixture
def connection(tmp_path):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    yield warehouse.connection
    warehouse.close()


def a_run(run_id):
    return {"run_id": run_id, "query": "q", "mode": "sandbox", "started_at": datetime(2026, 1, 1)}


def test_a_run_is_in_the_ledger_as_running_before_anything_else(connection):
    start_run(connection, a_run("r1"))

    assert connection.execute("select run_id, status, ended_at from ops.runs").fetchall() == [("r1", "running", None)]


def test_a_run_that_ended_without_a_word_is_marked_by_the_next(connection):
    start_run(connection, a_run("killed"))

    start_run(connection, a_run("next"))

    assert connection.execute("select run_id, status from ops.runs order by run_id").fetchall() == [
        ("killed", "interrupted"),
        ("next", "running"),
    ]


def test_a_finished_run_carries_what_its_stages_cost(connection):
    start_run(connection, a_run("r1"))
    record_stage(connection, "r1", 0, StageResult("ingest", 2, 2, cost_usd=0.035))
    record_stage(connection, "r1", 1, StageResult("extract", 2, 2, cost_usd=0.01))

    finish_run(connection, "r1", status="partial", ended_at=datetime(2026, 1, 2), entities_published=7)

    assert connection.execute(
        "select status, entities_published, round(budget_spent_usd, 3) from ops.runs"
    ).fetchall() == [("partial", 7, 0.045)]


def test_rows_that_add_up_pass():
    StageResult("ingest", 5, 3, {"rejected": 1, "repeated": 1}).check()


@pytest.mark.parametrize(
    ("rows_in", "rows_out", "losses"),
    [
        pytest.param(5, 3, {"rejected": 1}, id="one-row-vanished"),
        pytest.param(5, 5, {"rejected": 1}, id="one-row-counted-twice"),
        pytest.param(0, 1, {}, id="a-row-from-nowhere"),
    ],
)
def test_rows_that_do_not_add_up_stop_the_run(rows_in, rows_out, losses):
    with pytest.raises(GateError, match="Rows do not add up in stage ingest") as raised:
        StageResult("ingest", rows_in, rows_out, losses).check()

    assert raised.value.exit_code == 5
