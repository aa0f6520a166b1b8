"""Checks builds of what changed against whole builds: python -m bench.equality.sandbox [SEQUENCES] [SEED].

The sandbox's world changes at random, step by step: records come, change and go, a person corrects and decides, trust
changes, days pass. After each step the marts are compared, cell by cell, with those of a whole build of a copy, as of
the same moments. The exit code is 1 if a cell differs.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from bench.equality.trust import change_trust
from orchestrate.errors import TrigpointError
from orchestrate.maintain.verify import compare_marts
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.progress.events import Step
from orchestrate.run.publication.scope import SAME_MOMENTS, begin_scope, count_ranked, end_scope
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.corrections import read_corrections
from orchestrate.store.dbt_project import DbtProject
from tests.project_copy import copy_project
from tests.repeated_builds import build, land_world

STEPS = 20
SOURCES = ("serper", "google_places", "openstreetmap", "sport_scotland", "edinburgh_council", "open_charge_map")
SHARE_HELD = 0.4  # of the world's records, which come later
MOST_RECORDS = 6  # that one step adds, changes or removes
WORDS = (("Street", "Road"), ("Club", "Centre"), ("0131", "0141"), ("Edinburgh", "Leith"), ("Mo-Fr", "Mo-Sa"))


class ChangingWorld:
    """A warehouse whose landed records change at random, and a project whose seeds do."""

    def __init__(self, landed: Path, directory: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        directory.mkdir(parents=True)
        self.directory = directory
        self.warehouse = Path(shutil.copyfile(landed, directory / "warehouse.duckdb"))
        self.project = copy_project(directory / "project")
        self.seeds = self.project / "dbt_project" / "seeds"
        self.corrections = 0
        with self._connected() as connection:
            ((self.now,),) = connection.execute("select max(fetched_at) from raw.google_places").fetchall()
            self.now += timedelta(hours=1)
            for source in SOURCES:
                connection.execute(
                    f"create table held.{source} as from raw.{source} "
                    f"where md5(source_record_id || {seed}) < '{int(SHARE_HELD * 16):x}'"
                )
                connection.execute(
                    f"delete from raw.{source} where source_record_id in (select source_record_id from held.{source})"
                )

    def _connected(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(str(self.warehouse))
        connection.execute(f"attach '{self.directory / 'held.duckdb'}' as held")
        return connection

    def step(self) -> str:
        """Change something. Returns what."""
        changes: tuple[Callable[[], str], ...] = (
            self._records_come, self._records_come, self._records_change, self._records_change, self._records_go,
            self._a_person_corrects, self._a_correction_is_taken_back, self._a_person_decides, self._trust_changes,
            self._days_pass,
        )  # fmt: skip
        self.now += timedelta(hours=1)
        return "; ".join(self.chance.choice(changes)() for _ in range(self.chance.randint(1, 2)))

    def build(self) -> tuple[str, int]:
        """Build what changed. Returns the reason to rank all, if there is one, and the number of ranked entities."""
        reason = self._begin()
        build(self.project, self.warehouse)
        with self._connected() as connection:
            end_scope(connection)
            return reason, count_ranked(connection).entities

    def kill_a_build(self, after: int) -> None:
        """Begin a build, and kill its process (`kill -9`) after that number of nodes."""
        self._begin()
        dbt = DbtProcess(DbtProject(self.project, self.warehouse, self.warehouse.parent / "dbt"))

        def kill(step: Step) -> None:
            if step.done >= after:
                dbt.kill()

        with suppress(TrigpointError):  # dbt ends without an answer
            asyncio.run(dbt.build(on_step=kill))
            raise AssertionError("The build ended before it was killed.")

    def _begin(self) -> str:
        """What comes before the first model. Returns the reason to rank all, if there is one."""
        with self._connected() as connection:
            connection.execute("update ops.build_context set as_of = ?", [self.now])
            connection.execute("update ops.build_context set run_id = ?", [f"r{self.now:%Y%m%d%H}"])
            read_corrections(connection, check_seeds(self.seeds))
            scope = begin_scope(connection, self.project, least_records=0, most_growth=1)
            return scope.reason or ""

    def differences(self) -> list[str]:
        """The cells in which a whole build as of the same moments differs."""
        directory = self.directory / "whole"
        directory.mkdir(exist_ok=True)
        whole = Path(shutil.copyfile(self.warehouse, directory / self.warehouse.name))
        with duckdb.connect(str(whole)) as connection:
            connection.execute("update ops.build_scope set scope = ?", [SAME_MOMENTS])
        build(self.project, whole)
        report = compare_marts(self.warehouse, whole)
        return [
            f"{cell.mart} {cell.row} {cell.column}: {cell.published!r}, whole {cell.rebuilt!r}"
            for cell in report.differences
        ]

    # --- what changes -----------------------------------------------------------------------------------------

    def _some(self, connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
        rows = connection.execute(f"select distinct source_record_id from {table} order by 1").fetchall()
        return [name for (name,) in self.chance.sample(rows, min(len(rows), self.chance.randint(1, MOST_RECORDS)))]

    def _move(self, source: str, origin: str, to: str) -> int:
        with self._connected() as connection:
            ids = self._some(connection, f"{origin}.{source}")
            connection.execute(f"insert into {to}.{source} from {origin}.{source} where source_record_id in $1", [ids])
            connection.execute(f"delete from {origin}.{source} where source_record_id in $1", [ids])
        return len(ids)

    def _records_come(self) -> str:
        source = self.chance.choice(SOURCES)
        return f"{self._move(source, 'held', 'raw')} of {source} come"

    def _records_go(self) -> str:
        source = self.chance.choice(SOURCES)
        return f"{self._move(source, 'raw', 'held')} of {source} go"

    def _records_change(self) -> str:
        """They land again with other words."""
        source, (word, other) = self.chance.choice(SOURCES), self.chance.choice(WORDS)
        with self._connected() as connection:
            ids = self._some(connection, f"raw.{source}")
            connection.execute(
                f"insert into raw.{source} select * replace (replace(payload, $2, $3) as payload, "
                "md5(replace(payload, $2, $3)) as payload_hash, $4 as fetched_at) "
                f"from raw.{source} where source_record_id in $1 "
                "qualify row_number() over (partition by source_record_id order by fetched_at desc, payload_hash) = 1",
                [ids, word, other, self.now - timedelta(minutes=1)],
            )
        return f"{len(ids)} of {source} say {other}"

    def _append(self, seed: str, **row: object) -> None:
        with (self.seeds / seed).open(newline="") as file:
            columns = next(csv.reader(file))
        with (self.seeds / seed).open("a", newline="") as file:
            csv.DictWriter(file, columns, restval="", lineterminator="\n").writerow(row)

    def _a_person_corrects(self) -> str:
        with self._connected() as connection:
            entities = connection.execute("select entity_id from marts.entities order by 1").fetchall()
        self.corrections += 1
        self._append(
            "manual_overrides.csv", override_id=f"c{self.corrections}", entity_id=self.chance.choice(entities)[0],
            field_name="phone", value=f"+44131496{self.corrections:04d}", reason="I called", author="a test",
            decided_on=self.now.date().isoformat(), retire_when_source_changes=self.chance.choice(("true", "false")),
        )  # fmt: skip
        return "a phone is corrected"

    def _a_correction_is_taken_back(self) -> str:
        file = self.seeds / "manual_overrides.csv"
        lines = file.read_text().splitlines(keepends=True)
        if len(lines) > 1 and self.corrections:
            file.write_text("".join(lines[:-1]))
            self.corrections -= 1
            return "a correction is taken back"
        return "nothing to take back"

    def _a_person_decides(self) -> str:
        with self._connected() as connection:
            records = connection.execute(
                "select record_key from marts.entity_records where match_role = 'member' order by 1"
            ).fetchall()
        (one,), (two,) = self.chance.sample(records, 2)
        decision = self.chance.choice(("must_match", "cannot_match"))
        self._append(
            "match_overrides.csv", left_record_key=one, right_record_key=two, decision=decision, reason="a test",
            author="a test", decided_on=self.now.date().isoformat(),
        )  # fmt: skip
        return f"{one} and {two}: {decision}"

    def _trust_changes(self) -> str:
        return change_trust(self.seeds, self.chance)

    def _days_pass(self) -> str:
        days = self.chance.choice((1, 3, 8, 31))
        self.now += timedelta(days=days)
        return f"{days} days pass"


def one_sequence(landed: Path, directory: Path, seed: int, steps: int = STEPS) -> int:
    """The number of different cells in the first step that has one."""
    world = ChangingWorld(landed, directory, seed)
    reason, ranked = world.build()
    for number in range(1, steps + 1):
        started = time.perf_counter()
        what = world.step()
        reason, ranked = world.build()
        different = world.differences()
        seconds = time.perf_counter() - started
        print(f"seed {seed}, step {number}: {what}: {ranked} ranked{' (' + reason + ')' if reason else ''}, "
              f"{len(different)} differences, {seconds:.0f} s", flush=True)  # fmt: skip
        for difference in different:
            print("  ", difference[:300])
        if different:
            return len(different)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sequences", nargs="?", type=int, default=20)
    parser.add_argument("seed", nargs="?", type=int, default=1, help="of the first sequence")
    given = parser.parse_args()
    sequences, first = given.sequences, given.seed
    started, wrong = datetime.now(), 0
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        landed = land_world(Path(scratch) / "landed.duckdb")
        for seed in range(first, first + sequences):
            wrong += one_sequence(landed, Path(scratch) / str(seed), seed) > 0
            shutil.rmtree(Path(scratch) / str(seed))
    print(f"{sequences} sequences of {STEPS} steps, {wrong} with a difference, {datetime.now() - started}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
