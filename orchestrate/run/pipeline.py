"""One run, stage by stage. The stages exchange data through tables."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from ingest.calls import PlannedCall
from orchestrate.clock import utc_now
from orchestrate.errors import GateError, SourcesError, TrigpointError
from orchestrate.plan.freshness import configured_addresses, max_ages
from orchestrate.plan.planner import Plan, SourceCatalogue
from orchestrate.run.carry_through import carry_through
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.endpoints import StandIns, fetch_policies, llm_settings, source_endpoints
from orchestrate.run.ledger import StageResult, finish_run, new_id, record_stage, start_run, time_dbt, time_stage
from orchestrate.run.lists import bring_in_lists
from orchestrate.run.progress.events import Progress
from orchestrate.run.publication.copies import CopyAhead, copied_ahead
from orchestrate.run.publication.publish import publish
from orchestrate.run.publication.record import Build, keep_baseline, record_publication
from orchestrate.run.publication.scope import begin_scope, end_scope
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.corrections import read_corrections
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR, Settings
from orchestrate.store.dbt_project import dbt_project
from orchestrate.store.lists import declared_lists
from orchestrate.store.warehouse import Warehouse, prepare_directory, sole_writer

if TYPE_CHECKING:
    from extract.engine import ExtractReport
    from extract.llm.client import LlmSettings
    from ingest.landing.linked import LinkedReport
    from ingest.lists.loads import ListOutcome
    from ingest.stage import IngestReport

T = TypeVar("T")


@dataclass(frozen=True)
class RunOutcome:
    """The data for the exit code. Everything else is read from the tables."""

    run_id: str
    status: str  # completed or partial
    is_over_budget: bool


async def orchestrate(
    plan: Plan,
    seeds: SourceCatalogue,
    settings: Settings,
    progress: Progress,
    max_age_hours: float | None = None,
    max_cost_usd: float | None = None,
    on_start: Callable[[str], object] = lambda _: None,
) -> RunOutcome:
    """Carry out `plan` and publish the result.

    Answers at most `max_age_hours` old are reused; None takes the limit of each source from the seed. The language
    model may spend the part of `max_cost_usd` that the sources leave. Raises TrigpointError for every expected
    failure, after the ledger says `failed`. A cancelled run is marked `interrupted`. In both cases the published file
    is unchanged. `on_start` gets the id of the run before its first stage.
    """
    prepare_directory(settings.mode_dir)
    llm = llm_settings(settings, max_cost_usd)
    what = f'run "{plan.query[:80]}"'
    async with sole_writer(settings.mode_dir, what, settings.lock_timeout_seconds, progress.note):
        run = _Run(plan, seeds, settings, progress, max_age_hours, llm, max_cost_usd)
        on_start(run.run_id)
        try:
            return await run.carry_out()
        except asyncio.CancelledError:
            run.abandon("interrupted", "stopped by Ctrl-C or SIGTERM")
            raise
        except Exception as error:
            run.abandon("failed", str(error))
            raise
        finally:
            run.release()


class _Run:
    """One active run: its id, its lock on the warehouse, its processes and threads."""

    def __init__(
        self,
        plan: Plan,
        seeds: SourceCatalogue,
        settings: Settings,
        progress: Progress,
        max_age_hours: float | None,
        llm: LlmSettings | None,
        max_cost_usd: float | None,
    ) -> None:
        self.plan = plan
        self.max_age_hours = max_age_hours
        self.llm = llm
        self.max_cost_usd = max_cost_usd
        self.seeds = seeds
        self.settings = settings
        self.progress = progress
        self.lists = declared_lists(settings)
        self.started_at = utc_now()
        self.run_id = new_id(self.started_at)
        self.warehouse = Warehouse(settings.warehouse_path)
        self.dbt = DbtProcess(dbt_project(settings))
        self._position = 0
        self._cancelled = threading.Event()
        self._cleanup = ExitStack()
        self._stand_ins = StandIns(self._cleanup)
        self._copied: CopyAhead | None = None
        # Not asyncio's own pool: after Ctrl-C, asyncio waits for its pool, even if a source hangs.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="trigpoint")

    async def carry_out(self) -> RunOutcome:
        start_run(self.warehouse.connection, self._ledger_row())
        self.dbt.start()
        self._record(self._planned())
        ingested = await self._ingest()
        searched = await self._extract("extract", self.seeds.searched_texts, ingested.cost_usd)
        linked, extracted = await self._read_links(ingested.cost_usd + searched.cost_usd)
        marts_seconds = await self._transform()
        reports = [report for report in (ingested, searched, linked, extracted) if report]
        status = "partial" if any(report.errors for report in reports) else "completed"
        await self._publish(status, marts_seconds)
        is_over_budget = searched.is_over_budget or bool(extracted and extracted.is_over_budget)
        return RunOutcome(self.run_id, status, is_over_budget)

    # --- stages -------------------------------------------------------------------------------------------

    def _planned(self) -> StageResult:
        considered = len(self.plan.calls) + len(self.plan.skipped)
        return StageResult("plan", considered, len(self.plan.calls), {"skipped": len(self.plan.skipped)})

    async def _ingest(self) -> StageResult:
        calls = self._calls_of_the_query
        self.progress.begin("ingest", f"asking {', '.join(c.source for c in calls) or 'no source'}")
        started = time.perf_counter()
        report = await self._in_thread(self._bring_in)
        lists = await self._in_thread(self._bring_in_lists)
        for answer in report.reused:
            self.progress.note(f"{answer.source}: reuses the answer of {answer.answered_at:%Y-%m-%d %H:%M} UTC")
        stage = StageResult(
            name="ingest",
            rows_in=report.rows_in + sum(outcome.fetched for outcome in lists),
            rows_out=report.rows_out + sum(outcome.landed for outcome in lists),
            losses={
                "rejected": report.losses["rejected"] + sum(outcome.rejected for outcome in lists),
                "repeated": report.losses["repeated"] + sum(outcome.repeated for outcome in lists),
            },
            seconds=time.perf_counter() - started,
            cost_usd=report.cost_usd,
            errors=(*report.errors, *(f"{one.source}: {one.sentence}" for one in lists if one.sentence)),
        )
        self._record(stage)
        if report.errors and len(report.errors) == len(calls):
            raise SourcesError(
                "No source answered, so nothing was built. The published file is unchanged. " + " ".join(report.errors)
            )
        return stage

    def _bring_in(self) -> IngestReport:
        from ingest.stage import SourceAccess, ingest  # dlt's import takes a second; here it overlaps with dbt's

        calls = self._calls_of_the_query
        access = SourceAccess(
            addresses=configured_addresses(self.plan, self.settings),
            max_ages=max_ages(self.plan, self.seeds, self.max_age_hours),
            policies=fetch_policies(calls, self.seeds, self.settings, self._cancelled),
            endpoints=lambda asked: source_endpoints(asked, self.seeds, self.settings, self._stand_ins),
        )
        return ingest(
            calls,
            access,
            run_id=self.run_id,
            now=self.started_at,
            connection=self.warehouse.connection,
            working_dir=self.settings.mode_dir / "dlt",
            on_news=self.progress.source,
        )

    def _bring_in_lists(self) -> tuple[ListOutcome, ...]:
        """The rows of a list that did not change stay where they are: the run does not copy them."""
        return bring_in_lists(self.warehouse.connection, self.lists, self.settings, self.run_id, self.started_at)

    async def _extract(self, stage: str, sources: Collection[str], spent_usd: float) -> ExtractReport:
        """Read the texts that `sources` landed."""
        from extract.engine import Extractor, QueryContext
        from extract.text.lexicon import load_lexicon
        from orchestrate.plan.areas.gazetteer import with_names_of_city

        self.progress.begin(stage, "reading search results" if stage == "extract" else "reading the text of pages")
        started = time.perf_counter()
        budget = None if self.max_cost_usd is None else max(0.0, self.max_cost_usd - spent_usd)
        lexicon = load_lexicon(SEEDS_DIR)
        report = await Extractor(lexicon, self.llm, budget).extract_run(
            self.warehouse.connection,
            run_id=self.run_id,
            query=with_names_of_city(QueryContext.of_plan(self.plan.printed().model_dump()), lexicon),
            sources={call.source for call in self.plan.calls}.intersection(sources),
            now=utc_now(),
        )
        self._record(
            StageResult(
                name=stage,
                rows_in=report.rows_in,
                rows_out=report.rows_out,
                losses=report.losses,
                seconds=time.perf_counter() - started,
                cost_usd=report.cost_usd,
                errors=report.errors,
            )
        )
        return report

    async def _read_links(self, spent_usd: float) -> tuple[LinkedReport | None, ExtractReport | None]:
        """Read the pages behind the search results about the place, if the plan has pages."""
        call = next((call for call in self.plan.calls if call.source == self.seeds.link_source), None)
        if call is None:
            return None, None
        self.progress.begin("fetch_pages", f"asking for at most {call.ask.max_pages} pages")
        started = time.perf_counter()
        report = await self._in_thread(partial(self._bring_in_links, call))
        self._record(
            StageResult(
                name="fetch_pages",
                rows_in=report.links,
                rows_out=report.rows_out,
                losses=report.losses,
                seconds=time.perf_counter() - started,
                cost_usd=report.cost_usd,
                errors=report.errors,
            )
        )
        return report, await self._extract("extract_pages", [call.source], spent_usd + report.cost_usd)

    def _bring_in_links(self, call: PlannedCall) -> LinkedReport:
        from extract.text.lexicon import load_lexicon
        from ingest.landing.linked import read_links
        from orchestrate.run.links import links_about_the_place

        connection, seeds = self.warehouse.connection, self.seeds
        links = links_about_the_place(
            connection, self.run_id, seeds.searched_texts, load_lexicon(SEEDS_DIR), call.ask.max_pages
        )
        return read_links(
            call,
            links,
            source_endpoints([call], seeds, self.settings, self._stand_ins)[call.source],
            fetch_policies([call], seeds, self.settings, self._cancelled)[call.source],
            max_age=max_ages(self.plan, seeds, self.max_age_hours)[call.source],
            run_id=self.run_id,
            now=self.started_at,
            connection=connection,
            working_dir=self.settings.mode_dir / "dlt",
            on_news=self.progress.source,
        )

    async def _transform(self) -> float:
        """Build every model. Returns the seconds of the marts, which count for the stage that publishes them."""
        self.progress.begin("transform", "matching and survivorship in dbt")
        keep_baseline(self.warehouse.connection, self.settings.published_path)
        self.warehouse.connection.execute("delete from ops.build_context")
        self.warehouse.connection.execute("insert into ops.build_context values (?, ?)", [self.run_id, self.started_at])
        scope = begin_scope(
            self.warehouse.connection, PROJECT_ROOT, least_records=self.settings.rank_changed_from,
            most_growth=self.settings.learn_again_growth,
        )  # fmt: skip
        # Checked again, because a person may have edited the seeds while the sources were asked.
        read_corrections(self.warehouse.connection, check_seeds(SEEDS_DIR))
        self.warehouse.close()
        copied = copied_ahead(self.settings.published_path, is_wanted=scope.is_of_what_changed)
        self._copied = self._cleanup.enter_context(copied)
        started = time.perf_counter()
        report = await self.dbt.build(on_step=self.progress.step)
        dbt_seconds = time.perf_counter() - started - sum(report.stage_seconds.values())
        for sentence in report.rejected:
            self.progress.note(sentence)
        if report.failures:
            raise GateError(
                f"{len(report.failures)} of dbt's checks failed, so nothing was published: "
                + "; ".join(report.failures[:5])
            )
        time_dbt(self.warehouse.connection, self.run_id, dbt_seconds)
        counts = self.warehouse.connection.execute(
            "select stage, rows_in, rows_out, losses from intermediate.int_stage_counts order by position"
        ).fetchall()
        for name, rows_in, rows_out, losses in counts:
            self._record(StageResult(name, rows_in, rows_out, json.loads(losses), report.stage_seconds[name]))
        return report.stage_seconds["publish"]

    async def _publish(self, status: str, marts_seconds: float) -> None:
        """Put the new version in place. After the rename the run is complete, even if a later step fails."""
        self.progress.begin("publish", "writing the new version")
        started = time.perf_counter()
        entities = self.warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
        stage = StageResult("publish", entities, entities, seconds=marts_seconds)
        self._write(stage)  # before the copy, so that the copy has it; `abandon` deletes it
        record_publication(
            self.warehouse.connection,
            Build(self.run_id, self.run_id, "run", self.started_at, utc_now()),
            PROJECT_ROOT,
            self.settings.published_path,
        )
        self.warehouse.close()
        outcome = {"status": status, "ended_at": utc_now(), "entities_published": entities}
        await carry_through(partial(self._copy, outcome), self._cancelled, self._threads)
        stage = replace(stage, seconds=marts_seconds + time.perf_counter() - started)
        time_stage(self.warehouse.connection, self.run_id, stage)
        end_scope(self.warehouse.connection)
        finish_run(self.warehouse.connection, self.run_id, **{**outcome, "ended_at": utc_now()})
        self.progress.end(stage)

    def _copy(self, outcome: dict[str, Any]) -> bool:
        return publish(
            self.settings.warehouse_path,
            self.settings.published_path,
            self.run_id,
            outcome,
            self._cancelled.is_set,
            copied=self._copied,
        )

    @property
    def _calls_of_the_query(self) -> tuple[PlannedCall, ...]:
        return tuple(call for call in self.plan.calls if call.source != self.seeds.link_source)

    # --- bookkeeping --------------------------------------------------------------------------------------

    def _ledger_row(self) -> dict[str, Any]:
        features, area = self.plan.features, self.plan.features.area
        return {
            "run_id": self.run_id,
            "query": self.plan.query,
            "mode": self.settings.mode,
            "ingestion_mode": self.plan.ingestion_mode,
            "asked_name": features.asked_name,
            "asked_categories": list(features.categories),
            "area_name": area.name,
            "area_south": area.south,
            "area_west": area.west,
            "area_north": area.north,
            "area_east": area.east,
            "area_country": area.country,
            "plan": self.plan.printed().model_dump_json(),
            "started_at": self.started_at,
        }

    def _record(self, stage: StageResult) -> None:
        """Write the stage to the ledger, show it, and stop the run if its rows do not add up."""
        self._write(stage)
        self.progress.end(stage)
        stage.check()

    def _write(self, stage: StageResult) -> None:
        record_stage(self.warehouse.connection, self.run_id, self._position, stage)
        self._position += 1

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def abandon(self, status: str, error: str) -> None:
        """Stop all work and write the end of the run to the ledger."""
        self._cancelled.set()
        self.dbt.kill()
        try:
            # A cursor, because a thread that still lands records may use the connection.
            ledger = self.warehouse.connection.cursor()
            ledger.execute("delete from ops.run_stages where run_id = ? and stage = 'publish'", [self.run_id])
            finish_run(ledger, self.run_id, status=status, ended_at=utc_now(), error=error)
        except (duckdb.Error, TrigpointError):
            # For example, a broken warehouse. The next run finds this one `running` and marks it. The user
            # already gets the reason for the end.
            self.progress.note("The run ledger could not be written. The next run marks this run as interrupted.")

    def release(self) -> None:
        self.progress.close()
        self.dbt.kill()
        self._cleanup.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        if not self._cancelled.is_set():
            self.warehouse.close()
