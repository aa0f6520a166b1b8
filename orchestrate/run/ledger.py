"""The run ledger: `ops.runs` and `ops.run_stages`, written during the run."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

import duckdb

from orchestrate.clock import utc_now
from orchestrate.errors import GateError

VERSIONED = ("trigpoint", "duckdb", "dbt-core", "dbt-duckdb", "dlt")


@dataclass(frozen=True)
class StageResult:
    """The rows in, the rows out and the losses of one stage."""

    name: str
    rows_in: int
    rows_out: int
    losses: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    cost_usd: float = 0.0
    errors: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise GateError unless every row in is a row out or a loss with a name."""
        lost = sum(self.losses.values())
        if self.rows_in != self.rows_out + lost:
            raise GateError(
                f"Rows do not add up in stage {self.name}: {self.rows_in} in, {self.rows_out} out, "
                f"{lost} lost ({dict(self.losses)}). Nothing was published."
            )


def new_id(moment: datetime) -> str:
    """A new id of a run, or of a build without a run. Ids sort by start time."""
    return f"{moment:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def start_run(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> None:
    """Write the run as `running`, before its first request.

    This process holds the lock, so an earlier run that is still `running` ended abruptly (power, kill -9).
    """
    connection.execute(
        "update ops.runs set status = 'interrupted', ended_at = ?, error = 'the process ended abruptly' "
        "where status = 'running'",
        [utc_now()],
    )
    versions = json.dumps({name: version(name) for name in VERSIONED})
    complete = {**row, "status": "running", "versions": versions}
    columns = ", ".join(complete)
    places = ", ".join("?" for _ in complete)
    connection.execute(
        f"insert into ops.runs ({columns}) values ({places})",  # noqa: S608 (the columns are ours)
        list(complete.values()),
    )


def record_stage(connection: duckdb.DuckDBPyConnection, run_id: str, position: int, stage: StageResult) -> None:
    connection.execute(
        "insert into ops.run_stages values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            stage.name,
            position,
            stage.rows_in,
            stage.rows_out,
            json.dumps(dict(stage.losses)),
            stage.seconds,
            stage.cost_usd,
            json.dumps(list(stage.errors)),
        ],
    )


def time_dbt(connection: duckdb.DuckDBPyConnection, run_id: str, seconds: float) -> None:
    """Write the seconds that dbt took outside the stages."""
    connection.execute("update ops.runs set dbt_seconds = ? where run_id = ?", [seconds, run_id])


def time_stage(connection: duckdb.DuckDBPyConnection, run_id: str, stage: StageResult) -> None:
    """Write the seconds of a stage whose row already exists."""
    connection.execute(
        "update ops.run_stages set seconds = ? where run_id = ? and stage = ?", [stage.seconds, run_id, stage.name]
    )


def finish_run(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    *,
    status: str,
    ended_at: datetime,
    entities_published: int | None = None,
    error: str | None = None,
) -> None:
    connection.execute(
        "update ops.runs set status = ?, ended_at = ?, entities_published = ?, error = ?, "
        "budget_spent_usd = (select coalesce(sum(cost_usd), 0) from ops.run_stages where run_id = ?) "
        "where run_id = ?",
        [status, ended_at, entities_published, error, run_id, run_id],
    )
