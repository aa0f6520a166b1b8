"""Faults in a run: each gives a sentence and an exit code, and keeps the published file."""

import asyncio
import hashlib
import http.server
import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator

import duckdb
import pytest

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.warehouse import sole_writer
from tests.orchestrate.conftest import ONE_QUERY, TRIGPOINT, as_json, run_in_process
from tests.printed import checked

pytestmark = pytest.mark.slow
SILENT = "http://127.0.0.1:9"  # the port of "discard": nothing listens there


@pytest.fixture(scope="module")
def bad_server() -> Iterator[str]:
    """Answers HTML under /html, and never answers under /hangs."""
    closing = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/hangs"):
                closing.wait(60)
                return
            page = b"<html><body><h1>We are down for maintenance</h1></body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET  # noqa: N815 (the name http.server looks for)

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    closing.set()
    server.shutdown()


def test_a_failing_source_does_not_lose_other_rows(trigpoint_here, bad_server):
    done = trigpoint_here(
        "run",
        "--json",
        "--strict",
        QUERY=ONE_QUERY,
        TRIGPOINT_OPENSTREETMAP_URL=SILENT,
        TRIGPOINT_GOOGLE_PLACES_URL=f"{bad_server}/hangs",
        TRIGPOINT_SERPER_URL=f"{bad_server}/html",
        TRIGPOINT_READ_TIMEOUT_SECONDS="0.5",
        TRIGPOINT_SOURCE_TIMEOUT_SECONDS="3",
    )

    assert done.returncode == 3, done.stderr
    report = as_json(done)
    assert report["status"] == "partial"
    assert {source["source"]: source["error_kind"] for source in report["sources"]} == {
        "serper": "malformed",
        "google_places": "timeout",
        "openstreetmap": "unreachable",
        "edinburgh_council": None,
    }
    ingest = next(stage for stage in report["stages"] if stage["name"] == "ingest")
    assert sorted(error.split(":")[0] for error in ingest["errors"]) == ["google_places", "openstreetmap", "serper"]
    assert [entity["sources"] for entity in report["entities"]] == [["edinburgh_council"]] * 2


def test_hostile_text_goes_through_a_whole_run_as_text(trigpoint_here, tmp_path):
    marker = tmp_path / "marker"
    shell = f"$(touch {marker}) `touch {marker}`"
    query = f"""x' OR 1=1; drop table ops.runs; -- "](0,0,1,1);out; {shell} %s 🎾 {{{{ 1/0 }}}}"""

    done = trigpoint_here("run", "--json", QUERY=query)

    assert done.returncode == 0, done.stderr
    report = as_json(done)
    assert (report["query"], report["status"], report["entities"]) == (query, "completed", [])
    assert [source["error_kind"] for source in report["sources"]] == [None] * len(report["sources"])
    assert not marker.exists()


def test_when_no_source_answers_the_run_fails_and_says_why(trigpoint, tmp_path):
    done = trigpoint("run", "--sources", "openstreetmap", QUERY="padel edinburgh", TRIGPOINT_OPENSTREETMAP_URL=SILENT)

    assert done.returncode == 1
    assert "No source answered" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "sandbox" / "trigpoint.duckdb").exists()
    assert last_run(tmp_path / "data")[0] == "failed"
    page = (tmp_path / "data" / "sandbox" / "runs" / "latest.html").read_text()
    assert "Failed in the stage ingest" in page
    assert "Nothing has been published yet" in page


def test_a_second_run_waits_says_who_holds_the_lock_and_gives_up(trigpoint, tmp_path):
    directory = tmp_path / "data" / "sandbox"
    directory.mkdir(parents=True)

    async def while_another_runs() -> subprocess.CompletedProcess[str]:
        async with sole_writer(directory, 'run "tennis leith"', 5, print):
            return await asyncio.to_thread(
                trigpoint, "run", QUERY="padel edinburgh", TRIGPOINT_LOCK_TIMEOUT_SECONDS="0.5"
            )

    done = asyncio.run(while_another_runs())

    assert done.returncode == 1
    assert "held by process" in done.stderr
    assert 'run "tennis leith"' in done.stderr
    assert "TRIGPOINT_LOCK_TIMEOUT_SECONDS" in done.stderr


@pytest.fixture(scope="module")
def published_world(one_run, tmp_path_factory, clean_environment):
    """A data directory in which something is published already."""
    data_dir = shutil.copytree(one_run, tmp_path_factory.mktemp("interrupted") / "data")
    return data_dir, {**clean_environment, "TRIGPOINT_DATA_DIR": str(data_dir), "QUERY": ONE_QUERY}


@pytest.mark.parametrize(
    ("done_stage", "stop"),
    [*[(stage, signal.SIGINT) for stage in ("plan", "ingest", "extract", "survivorship")], ("extract", signal.SIGTERM)],
)
def test_an_interrupted_run_keeps_the_publication(published_world, bad_server, done_stage, stop):
    """The signal falls when `done_stage` is reported: in the middle of the stage after it."""
    data_dir, environment = published_world
    before = fingerprint(data_dir)
    if done_stage == "plan":  # or the sources would have answered by the time the signal arrives
        environment = {**environment, "TRIGPOINT_SERPER_URL": f"{bad_server}/hangs"}

    code, out, errors = interrupt_after(done_stage, environment, stop)

    status, error = last_run(data_dir)
    if code == 0:  # it came after the rename: the run is done and must say so
        assert done_stage == "survivorship"
        assert status == "completed"
    else:
        assert code == (143 if stop is signal.SIGTERM else 130)
        assert (status, error) == ("interrupted", "stopped by Ctrl-C or SIGTERM")
        assert fingerprint(data_dir) == before
        assert "The previous publication is unchanged" in errors
        kind = "terminated" if stop is signal.SIGTERM else "interrupted"
        failure = checked(json.loads(out))
        assert (failure["error"]["kind"], failure["exit_code"]) == (kind, code)
        assert failure["error"]["message"] in errors
    assert "Traceback" not in errors
    assert "resource_tracker" not in errors


def test_a_failed_data_test_publishes_nothing(published_world):
    """A claim about a field that no seed knows has no strategy by which a value could win.

    The run that follows is also the one after all the interrupts above.
    """
    data_dir, environment = published_world
    before = fingerprint(data_dir)
    with duckdb.connect(str(data_dir / "sandbox" / "warehouse.duckdb")) as warehouse:
        warehouse.execute(
            "insert into extract.claims by name select * replace ('shoe_size' as field_name, '44' as value) "
            "from extract.claims where field_name = 'entity_name' and value is not null"
        )

    failed = run(environment)

    assert failed.returncode == 5
    failure = checked(json.loads(failed.stdout))  # and nothing else: what dbt says of it is in our sentence
    assert (failure["error"]["kind"], failure["exit_code"]) == ("checks_failed", 5)
    assert failure["error"]["message"] in failed.stderr
    assert "\x1b" not in failed.stderr
    assert "nothing was published" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert fingerprint(data_dir) == before
    assert last_run(data_dir)[0] == "failed"

    with duckdb.connect(str(data_dir / "sandbox" / "warehouse.duckdb")) as warehouse:
        warehouse.execute("delete from extract.claims where field_name = 'shoe_size'")

    after = run_in_process(ONE_QUERY, data_dir)

    assert [entity["entity_name"] for entity in after["entities"]] == [
        "Leith Library",
        "McDonald Road Library",
    ]
    assert last_run(data_dir)[0] == "completed"


def run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TRIGPOINT, "run", "--json"], env=environment, capture_output=True, text=True, check=False, cwd=PROJECT_ROOT
    )


def interrupt_after(stage: str, environment: dict[str, str], stop: signal.Signals) -> tuple[int, str, str]:
    """Run, send the process a signal as soon as it tells that `stage` is done, and wait for its end."""
    printed = tempfile.TemporaryFile("w+")  # noqa: SIM115 (a pipe that is not read would fill)
    process = subprocess.Popen(
        [TRIGPOINT, "run", "--json"],
        env=environment,
        stdout=printed,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT_ROOT,
        start_new_session=True,
        # A terminal's program does not ignore SIGINT; what a script starts in the background does, and ends by SIGTERM.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL if stop is signal.SIGINT else signal.SIG_IGN),
    )
    assert process.stderr
    errors = ""
    for line in process.stderr:
        errors += line
        if line.startswith(stage):
            if stage == "plan":
                time.sleep(0.3)  # into the request that hangs
            process.send_signal(stop)
            break
    errors += process.stderr.read()
    code = process.wait(timeout=60)
    printed.seek(0)
    with printed:
        return code, printed.read(), errors


def last_run(data_dir) -> tuple[str, str | None]:
    with duckdb.connect(str(data_dir / "sandbox" / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.execute("select status, error from ops.runs order by started_at desc limit 1").fetchall()[0]


def fingerprint(data_dir) -> str:
    return hashlib.sha256((data_dir / "sandbox" / "trigpoint.duckdb").read_bytes()).hexdigest()
