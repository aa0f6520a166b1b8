"""Trigpoint as a library: in a script, in a notebook, from an installed wheel."""

import asyncio
import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

import trigpoint
from orchestrate.errors import TrigpointError
from orchestrate.settings import PROJECT_ROOT
from trigpoint._running import finish

GUIDE = PROJECT_ROOT / "docs" / "python.md"


def contents(directory: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in directory.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_guide_runs_as_a_script_and_leaves_the_package_unchanged(installed, site, tmp_path):
    script = tmp_path / "script.py"  # an ordinary script: its main module has no guard
    script.write_text("\n".join(re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)))
    before = contents(site)

    done = installed(script.name)

    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert printed[0] == "['serper', 'openstreetmap', 'sport_scotland', 'edinburgh_council'] 0.001"
    assert printed[1].startswith("completed Powerleague")
    assert any(line.startswith("+441314960000 serper won") for line in printed)
    assert any("There are claims about" in line for line in printed)
    assert done.stderr.count("INFO:trigpoint:ingest") == 1  # one run, not another in dbt's process
    assert contents(site) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "script.py"]


def test_import_is_fast(installed):
    done = installed("-c", "import sys, trigpoint; print(*sys.modules)")

    heavy = {"dbt", "dlt", "duckdb", "pydantic", "rich", "asyncio", "openai", "pyarrow"}
    assert heavy & set(done.stdout.split()) == set()


def test_every_function_says_what_it_returns_and_raises():
    functions = [getattr(trigpoint, name) for name in ("plan", "run", "explain")]

    assert [
        f.__name__ for f in functions if not re.search(r"Returns an? `\w+`.*Raises UsageError", f.__doc__, re.S)
    ] == []
    assert set(trigpoint.__all__) <= set(dir(trigpoint))


def test_unplannable_query_is_a_usage_error():
    for unplannable in (lambda: trigpoint.plan(" "), lambda: trigpoint.plan("padel", sources=["yelp"])):
        with pytest.raises(trigpoint.UsageError):
            unplannable()


def test_nothing_published_is_an_error_with_a_sentence(tmp_path):
    with pytest.raises(TrigpointError, match="Nothing has been built yet"):
        trigpoint.explain("leith-library", data_dir=tmp_path)


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


def test_work_is_finished_with_and_without_a_running_loop():
    async def notebook() -> int:
        return finish(answer())

    assert finish(answer()) == 42
    assert asyncio.run(notebook()) == 42


def test_an_error_in_another_thread_comes_back_as_it_is():
    async def fail() -> None:
        raise trigpoint.SourcesError("no source answered")

    async def notebook() -> None:
        finish(fail())

    with pytest.raises(trigpoint.SourcesError, match="no source answered"):
        asyncio.run(notebook())


def test_an_interrupted_cell_of_a_notebook_cancels_its_run():
    ended = []

    async def endless() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def notebook() -> None:
        finish(endless())

    def interrupt() -> None:
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    loop = asyncio.new_event_loop()
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(notebook())
    loop.close()

    assert ended == ["cancelled"]
