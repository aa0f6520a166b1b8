"""The dbt process: it parses the project, builds, writes the docs, and ends with its parent.

dbt runs here through `dbtRunner`.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestrate.clock import utc_now
from orchestrate.errors import TrigpointError
from orchestrate.run.poison import BrokenModel, reject_poison
from orchestrate.run.prepared.build import build_as_before, is_prepared, prepare_next
from orchestrate.run.prepared.execution import Executed, relations_of
from orchestrate.run.prepared.plan import Recorder, fingerprint_of
from orchestrate.run.progress.events import Step, Steps
from orchestrate.run.stage_seconds import Span, added_up, spans_of, stage_of, test_seconds, wall_seconds
from orchestrate.store.disk import disk_full, no_room, reason_in
from orchestrate.store.memory import out_of_memory

if TYPE_CHECKING:
    from orchestrate.store.dbt_project import DbtProject

# Our own sentence and dbt's log file report a failure; stdout is for the report. dbt's JSON for other tools is two
# megabytes, and nothing reads it after a run.
QUIET = ("--quiet", "--log-level=none", "--no-use-colors", "--no-use-colors-file", "--no-write-json")

# `orchestrate.seeds.check` has already checked the same rules, 100 times faster, before any request was sent. The
# selector `run` excludes the same tests.
CHECKED_BEFORE = ("--exclude", "fqn:trigpoint.seeds.*")

FAILED = ("error", "fail", "runtime error")

TESTS = ("unit_test.", "test.")

MAX_REPAIRS = 5  # a record may pass one model and break the next

PR_SET_PDEATHSIG = 1  # of Linux's prctl

_manifest: Any = None  # the child's parsed project, kept from warm-up to build
_pipe: Connection | None = None  # the child's end of it


@dataclass(frozen=True)
class BuildReport:
    """The outcome of a build. `failures` are sentences about failed tests and models that could not be built."""

    models: int
    tests: int
    stage_seconds: Mapping[str, float]  # wall time by stage; dbt's start and graph take the rest
    failures: tuple[str, ...] = ()
    seconds: float = 0.0
    test_seconds: float = 0.0  # of the stage seconds: the data tests
    reading_seconds: float = 0.0  # of the stage seconds: parsing the values of the payloads in Python
    peak_megabytes: float = 0.0  # of the child's memory
    broken: tuple[BrokenModel, ...] = ()  # models that the database could not build
    rejected: tuple[str, ...] = ()  # a sentence for each landed record that made one of them raise


Job = tuple[Callable[..., object], tuple[Any, ...]]


def serve(project: DbtProject, pipe: Connection) -> None:
    """The child process: does one job after another, until the parent closes the pipe."""
    global _pipe
    with _dying_with_parent():
        prepare(project)
        _pipe = pipe
        while job := _next_job(pipe):
            work, arguments = job
            answer = _answer(work, arguments)
            if work is not parse:  # the parent does not wait for that
                pipe.send(answer)
        gc.unfreeze()  # otherwise DuckDB's objects are alive at exit, which prints a warning on stderr


def _next_job(pipe: Connection) -> Job | None:
    try:
        job: Job = pipe.recv()
    except EOFError:
        return None
    return job


def _answer(work: Callable[..., object], arguments: tuple[Any, ...]) -> object:
    """The result of the work, or the error to raise in the parent."""
    try:
        return work(*arguments)
    except TrigpointError as error:
        return error
    except Exception as error:  # noqa: BLE001 (an error of dbt may not survive pickling)
        expected = no_room(error, Path.cwd()) or out_of_memory(str(error))
        return expected or RuntimeError(f"{type(error).__name__}: {error}")


def prepare(project: DbtProject) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent handles them
        signal.signal(number, signal.SIG_IGN)
    os.dup2(2, 1)  # stdout is for the report, so all prints of this process go to stderr
    logging.raiseExceptions = False  # no traceback if a log cannot be written
    os.chdir(project.warehouse.parent)
    os.environ |= project.environment()
    if project.parsed_before and project.parsed_before.is_file():
        os.environ.setdefault("DBT_PARTIAL_PARSE_FILE_PATH", str(project.parsed_before))


@contextmanager
def _dying_with_parent() -> Iterator[None]:
    """End this process if its parent ends for any reason. It would keep the lock on the warehouse otherwise."""
    parent = multiprocessing.parent_process()
    done, is_done = os.pipe()

    def follow() -> None:
        if parent.sentinel in wait([parent.sentinel, done]):  # type: ignore[union-attr]
            os._exit(1)

    follower = threading.Thread(target=follow, name="follow the parent", daemon=True)
    follower.start()
    if sys.platform == "linux":  # immediate, even while a library holds Python's lock
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    yield
    os.close(is_done)
    follower.join()  # otherwise DuckDB's objects are alive at exit, which prints a warning on stderr


def parse(project: DbtProject) -> None:
    """Import dbt and parse the project, so that `build` starts at the first model. A prepared build needs neither."""
    if not is_prepared(project):
        _parse(project)


def parsed(project: DbtProject) -> Any:
    """dbt's manifest of the project."""
    if not _manifest:
        _parse(project)
    return _manifest


def _parse(project: DbtProject) -> None:
    global _manifest
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke([*QUIET, "parse", *project.arguments()])
    _manifest = result.result if result.success else None
    gc.freeze()  # what is parsed stays until the end; each collection would go through all of it, a twelfth of a build


def build_what_can_be(project: DbtProject, selection: tuple[str, ...]) -> BuildReport:
    """Build. If records make a model raise, reject them and build again."""
    report = build(project, selection)
    rejected: list[str] = []
    for _ in range(MAX_REPAIRS):
        found = _reject_poison(project, report.broken) if report.broken else []
        if not found:
            break
        rejected += found
        again = build(project, selection)
        report = replace(
            again,
            seconds=report.seconds + again.seconds,
            stage_seconds=added_up(report.stage_seconds, again.stage_seconds),
            test_seconds=report.test_seconds + again.test_seconds,
            reading_seconds=report.reading_seconds + again.reading_seconds,
        )
    return replace(report, rejected=tuple(rejected))


def _reject_poison(project: DbtProject, broken: tuple[BrokenModel, ...]) -> list[str]:
    with duckdb.connect(str(project.warehouse)) as connection:
        return reject_poison(connection, broken, utc_now())


def build(project: DbtProject, selection: tuple[str, ...]) -> BuildReport:
    started = time.perf_counter()
    read_payloads_of(project)
    readings = time.perf_counter() - started
    executed = build_as_before(project, Steps(send_step)) if not selection else None
    report = _report_of(executed) if executed else _build_with_dbt(project, selection)
    return replace(
        report,
        seconds=time.perf_counter() - started,
        stage_seconds=added_up({"stage": readings}, report.stage_seconds),
        reading_seconds=readings,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _report_of(executed: Sequence[Executed]) -> BuildReport:
    spans = [
        Span(stage_of(one.node.path), one.started_at, one.ended_at, is_test=one.node.resource_type == "test")
        for one in executed
    ]
    tests = sum(span.is_test for span in spans)
    return BuildReport(
        models=len(executed) - tests,
        tests=tests,
        stage_seconds=wall_seconds(spans),
        test_seconds=test_seconds(spans),
    )


def _build_with_dbt(project: DbtProject, selection: tuple[str, ...]) -> BuildReport:
    from dbt.cli.main import dbtRunner

    manifest = parsed(project)
    fingerprint, recorder = fingerprint_of(project), Recorder()
    with duckdb.connect(str(project.warehouse)) as connection:
        before = relations_of(connection)
    result = dbtRunner(manifest=manifest, callbacks=[StepCounter(), recorder]).invoke(
        [*QUIET, "build", "--exclude-resource-type=unit_test", *_selected(selection), *project.arguments()]
    )
    if result.result is None:
        full = no_room(result.exception, project.scratch_dir) if result.exception else None
        raise full or TrigpointError(f"dbt could not build the models: {result.exception}")
    outcomes: list[Any] = list(result.result)  # type: ignore[arg-type] # of `build`: one result for each node
    report = report_of(outcomes, project)
    if not selection and not report.failures:
        prepare_next(project, fingerprint, [o.node for o in outcomes], recorder.statements, before)
    return report


def report_of(outcomes: Sequence[Any], project: DbtProject) -> BuildReport:
    """The report of dbt's results. Raises TrigpointError if the disk or the memory was full."""
    _check_room(outcomes, project)
    spans = spans_of(outcomes)
    return BuildReport(
        models=sum(o.node.resource_type in ("model", "seed") for o in outcomes),
        tests=sum(o.node.resource_type == "test" for o in outcomes),
        failures=tuple(_sentence(o) for o in outcomes if str(o.status) in FAILED),
        stage_seconds=wall_seconds(spans),
        test_seconds=test_seconds(spans),
        broken=tuple(
            BrokenModel(o.node.name, o.node.compiled_code or "")
            for o in outcomes
            if o.node.resource_type == "model" and str(o.status) == "error"
        ),
    )


def _check_room(outcomes: Sequence[Any], project: DbtProject) -> None:
    """Raise the error of a full disk or memory. No landed record is at fault then."""
    for outcome in outcomes:
        if str(outcome.status) in FAILED:
            if reason := reason_in(str(outcome.message)):
                raise disk_full(reason, project.warehouse)
            if too_little := out_of_memory(str(outcome.message), outcome.node.name):
                raise too_little


def _selected(selection: tuple[str, ...]) -> tuple[str, ...]:
    return (*CHECKED_BEFORE, *selection) if selection else ("--selector=run",)


def read_payloads_of(project: DbtProject) -> None:
    """Read the payloads. Staging joins the result, so every build needs it."""
    from extract.payloads.readings import read_payloads

    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("set memory_limit = ?", [os.environ["TRIGPOINT_MEMORY_LIMIT"]])  # that of the models
        read_payloads(connection, project.project_dir / "dbt_project" / "seeds")


class StepCounter:
    """Receives dbt's events from its threads, and counts the nodes that begin and end."""

    def __init__(self) -> None:
        self._steps = Steps(send_step)

    def __call__(self, event: Any) -> None:
        if event.info.name == "ConcurrencyLine":
            self._steps.of = event.data.node_count
        elif event.info.name == "NodeStart":
            self._steps.begun(event.data.node_info.node_name)
        elif event.info.name == "NodeFinished":
            self._steps.finished(event.data.node_info.node_name)


def send_step(step: Step) -> None:
    if _pipe:
        _pipe.send(step)


def write_docs(project: DbtProject, page: Path) -> None:
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["--quiet", "--log-level=none", "docs", "generate", *project.arguments()])
    if not result.success:
        raise TrigpointError(f"dbt could not write its docs: {result.exception}")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_static_page(project.scratch_dir / "target"), encoding="utf-8")


def _static_page(target: Path) -> str:
    """dbt's page with its data inside, as with `--static`, but without tests in the lineage graph.

    It would draw every test, and they would hide the models.
    """
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    manifest["unit_tests"] = {}
    for relation in ("parent_map", "child_map"):
        manifest[relation] = {
            node: [other for other in others if not other.startswith(TESTS)]
            for node, others in manifest[relation].items()
            if not node.startswith(TESTS)
        }
    catalog = json.loads((target / "catalog.json").read_text(encoding="utf-8"))
    text = (target / "index.html").read_text(encoding="utf-8")
    for name, data in (("MANIFEST", manifest), ("CATALOG", catalog)):
        text = text.replace(f'"{name}.JSON INLINE DATA"', json.dumps(data).replace("</", "<\\/"))
    return text


def _sentence(outcome: Any) -> str:
    kind = "data test" if outcome.node.resource_type == "test" else outcome.node.resource_type
    return f"{kind} {outcome.node.name}: {' '.join(str(outcome.message).split())[:300]}"
