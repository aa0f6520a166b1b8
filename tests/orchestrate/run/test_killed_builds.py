"""`kill -9` of a build of what changed, in each of its stages: the next build gives what a rebuild gives."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from bench.speed.lists import COLUMNS, CONTRACT, row
from tests.orchestrate.conftest import TRIGPOINT

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800), pytest.mark.xdist_group("killed")]

RECORDS, CHANGED, TRIES = 300, 5, 5
PHONE = COLUMNS.index("Tel")


class Clubs:
    """A list that changes, and the builds of it. All but the first are prepared, so they run without dbt."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.chance = random.Random(7)
        self.rows = [row(number, self.chance) for number in range(RECORDS)]
        self.sources, self.directory = directory / "sources", directory / "data" / "sandbox"
        self.sources.mkdir()
        (self.sources / "clubs.yml").write_text(CONTRACT + "rows: append\n")
        self.environment = {
            **environment,
            "TRIGPOINT_DATA_DIR": str(directory / "data"),
            "TRIGPOINT_SOURCES_DIR": str(self.sources),
            "TRIGPOINT_RANK_CHANGED_FROM": "0",
        }
        self._write()
        self.build()
        self.change()
        self.seconds = self.build()

    @property
    def published(self) -> Path:
        return self.directory / "trigpoint.duckdb"

    def change(self) -> str:
        """Some clubs have another phone, and one is new. Returns its name."""
        for changed in self.chance.sample(self.rows, CHANGED):
            changed[PHONE] = f"01{self.chance.randint(210000000, 999999999)}"
        new = row(len(self.rows), self.chance)
        name = f"Club of {len(self.rows)}"
        new[COLUMNS.index("Club Name")] = name
        self.rows.append(new)
        self._write()
        return name

    def _write(self) -> None:
        with (self.sources / "clubs.csv").open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *self.rows])

    def trigpoint(self, *arguments: str) -> dict:
        done = subprocess.run(
            [TRIGPOINT, *arguments, "--json"], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)

    def build(self) -> float:
        started = time.perf_counter()
        self.trigpoint("build")
        return time.perf_counter() - started

    def kill_a_build(self, is_time: Callable[[], bool]) -> bool:
        """Begin a build, and kill its process as soon as it is time. False: it ended first."""
        process = subprocess.Popen(
            [TRIGPOINT, "build", "--json"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not is_time():
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL

    def names(self) -> set[str]:
        with duckdb.connect(str(self.published), read_only=True) as marts:
            return {name for (name,) in marts.execute("select entity_name from marts.entities").fetchall()}


Moment = Callable[[Clubs], Callable[[], bool]]


@pytest.fixture(scope="module")
def clubs(tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Clubs:
    clubs = Clubs(tmp_path_factory.mktemp("killed"), clean_environment)
    assert (clubs.directory / "dbt" / "plan.json").exists()
    return clubs


def after(share: float) -> Moment:
    """A share of the seconds that a build takes. On a machine that has less to do by then, the half of it."""
    shares = iter(share / 2**times for times in range(TRIES))

    def moment(clubs: Clubs) -> Callable[[], bool]:
        end = time.perf_counter() + next(shares) * clubs.seconds
        return lambda: time.perf_counter() >= end

    return moment


def landing(clubs: Clubs) -> Callable[[], bool]:
    """It has written something in the warehouse."""
    log = clubs.directory / "warehouse.duckdb.wal"
    return lambda: log.exists() and log.stat().st_size > 0


def copy(clubs: Clubs) -> Callable[[], bool]:
    """It has begun to copy the published file, while the models are built."""
    return clubs.directory.joinpath(".trigpoint.duckdb.copy").exists


def publication(clubs: Clubs) -> Callable[[], bool]:
    """It has begun the new version of the published file."""
    return lambda: any(
        draft for draft in clubs.directory.glob(".trigpoint.duckdb.*") if draft.name != ".trigpoint.duckdb.copy"
    )


def rename(clubs: Clubs) -> Callable[[], bool]:
    """The new version is in place."""
    before = clubs.published.stat().st_ino
    return lambda: clubs.published.stat().st_ino != before


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(landing, id="landing"),
        *(pytest.param(after(share), id=f"at {share} of its time") for share in (0.3, 0.45, 0.6, 0.75)),
        pytest.param(copy, id="copy"),
        pytest.param(publication, id="publication"),
        pytest.param(rename, id="rename"),
    ],
)
def test_the_next_build_equals_a_rebuild(clubs: Clubs, moment: Moment) -> None:
    clubs.seconds = clubs.build()  # so the build that is killed is one of what changed
    for _ in range(TRIES):
        before, new = clubs.names(), clubs.change()
        if clubs.kill_a_build(moment(clubs)):
            break
    else:
        pytest.fail("Each build ended before it was killed.")

    assert clubs.names() == (before | {new} if moment is rename else before)
    built = clubs.trigpoint("build")
    assert built["ranks_all_because"] in (None, "the build before did not end")
    assert new in clubs.names()
    verified = clubs.trigpoint("verify")
    assert (verified["equal"], verified["differences"]) == (True, [])
