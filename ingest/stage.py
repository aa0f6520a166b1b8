"""The stage `ingest` of a run: use fresh answers again, ask the other sources, and record what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingest.calls import PlannedCall, SourceEndpoint
from ingest.connector import Connector
from ingest.connectors import CONNECTORS
from ingest.fetch import FetchPolicy
from ingest.landing.land import land, record_unknown_fields
from ingest.landing.reading import OnNews, SourceOutcome
from ingest.landing.reuse import EarlierAnswer, ask_key, fresh_answers, record_answers, reuse_answers


@dataclass(frozen=True)
class SourceAccess:
    """How a run reaches its sources. The mappings are by source."""

    addresses: Mapping[str, str]  # as configured; empty means the default address
    max_ages: Mapping[str, timedelta]  # an answer that is younger is used again
    policies: Mapping[str, FetchPolicy]
    # Called with the calls that no earlier answer serves: it may have to start the sandbox.
    endpoints: Callable[[Sequence[PlannedCall]], Mapping[str, SourceEndpoint]]


@dataclass(frozen=True)
class IngestReport:
    """What the stage took in, gave out and lost."""

    outcomes: tuple[SourceOutcome, ...]  # of the sources that were asked
    reused: tuple[EarlierAnswer, ...]

    @property
    def rows_in(self) -> int:
        return sum(outcome.fetched for outcome in self.outcomes) + self._reused_records

    @property
    def rows_out(self) -> int:
        return sum(outcome.landed for outcome in self.outcomes) + self._reused_records

    @property
    def losses(self) -> dict[str, int]:
        return {
            "rejected": sum(outcome.rejected for outcome in self.outcomes),
            "repeated": sum(outcome.repeated for outcome in self.outcomes),
        }

    @property
    def cost_usd(self) -> float:
        return sum(outcome.cost_usd for outcome in self.outcomes)

    @property
    def errors(self) -> tuple[str, ...]:
        """A sentence for each source that failed."""
        return tuple(f"{outcome.source}: {outcome.sentence}" for outcome in self.outcomes if outcome.error_kind)

    @property
    def _reused_records(self) -> int:
        return sum(answer.records for answer in self.reused)


def ingest(
    calls: Sequence[PlannedCall],
    access: SourceAccess,
    *,
    run_id: str,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
    working_dir: Path,
    connectors: Mapping[str, Connector[Any]] = CONNECTORS,
    on_news: OnNews = lambda _: None,
) -> IngestReport:
    """Bring the answer of every call into `raw`. The failure of a source is in the report, never an exception."""
    reused = fresh_answers(connection, calls, access.addresses, access.max_ages, now)
    reuse_answers(connection, reused.values(), run_id)
    asked = [call for call in calls if call.source not in reused]
    # Before they are asked: a file may change while it is read.
    keys = {call.source: ask_key(call, access.addresses[call.source]) for call in asked}
    outcomes = land(
        asked,
        access.endpoints(asked),
        run_id=run_id,
        connection=connection,
        working_dir=working_dir,
        policies=access.policies,
        connectors=connectors,
        on_news=on_news,
    )
    landed = {outcome.source: outcome.landed for outcome in outcomes if not outcome.error_kind}
    whole = [(call, keys[call.source], landed[call.source]) for call in asked if call.source in landed]
    record_answers(connection, whole, run_id, now)
    record_unknown_fields(connection, outcomes, run_id, now)
    return IngestReport(outcomes, tuple(reused.values()))
