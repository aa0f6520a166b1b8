"""Checks that builds of what changed equal whole builds, over many random sequences: `make bench-equality`.

Each sequence is the history of one town. The towns of a batch share a warehouse, so one build takes a step of each:
what a town does must not depend on the others. After each step all marts of the published copy equal those of a whole
build. Hypothesis draws the seeds, and prints its own.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import integers, lists

from bench.equality.databases import Databases, KilledError
from bench.equality.towns import Towns
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.prepared.plan import Plan, fingerprint_of, load
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from tests.project_copy import build_empty, copy_project

STEPS = 20
TOWNS = 250  # of a batch. Half of a step's time is for the statements, whatever their rows: more towns cost little
# Reasons that need no news: terms end and days pass.
OF_TIME = {"corrected", "expired", "aged"}
MAY_BE_KILLED_AFTER = 60  # nodes


class NotEqualError(AssertionError):
    """A mart differs from that of a whole build, or a build ranked what nothing changed."""


@dataclass
class Tally:
    """What the steps of a batch did."""

    steps: int = 0
    builds: int = 0
    killed: int = 0
    unchanged: int = 0
    ranked: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def summary(self) -> str:
        ranked, happened = (
            ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
            for counts in (self.ranked, self.happened)
        )
        reasons = ", ".join(f"{number} x {why}" for why, number in self.reasons.most_common())
        return (
            f"{self.steps} steps, {self.builds} builds, {self.killed} killed before, {self.unchanged} of nothing new, "
            f"{self.seconds / max(self.steps, 1):.1f} s a step. Happened: {happened}. Ranked: {ranked}. "
            f"Built: {reasons}"
        )


@dataclass(frozen=True)
class Chances:
    """How likely a step has a build that is killed, one that begins again, and one more without a change."""

    killed: float = 0.1
    begins_again: float = 0.15
    nothing_changes: float = 0.15


class Batch:
    """Towns that change side by side, and their three databases."""

    def __init__(self, plan: Plan, base: Path, directory: Path, numbers: Sequence[int], chances: Chances) -> None:
        project = copy_project(directory / "project")
        self.chance = random.Random(sum(numbers))
        self.databases = Databases(plan, base, project)
        self.towns = Towns(self.databases.work, project / "dbt_project" / "seeds", numbers, sum(numbers))
        self.tally, self.chances = Tally(happened=self.towns.counts), chances

    def first(self) -> None:
        self._build(None)
        self._compare("the first build", with_ids=True)

    def step(self, *, is_last: bool) -> str:
        started = time.perf_counter()
        happened = "; ".join(self.towns.step())
        was_killed = self._is_killed_first()
        reason = self._build(
            self.towns.asked, tested=is_last, begins_again=self.chance.random() < self.chances.begins_again
        )
        self._compare(happened, with_ids=was_killed)
        if self.chance.random() < self.chances.nothing_changes:
            self._nothing_changes()
        self.tally.steps += 1
        self.tally.seconds += time.perf_counter() - started
        return f"{happened} [{'killed; ' if was_killed else ''}{reason or 'what changed'}]"

    def _is_killed_first(self) -> bool:
        """Now and then the build stops between two nodes, and the next one comes an hour later."""
        if self.chance.random() >= self.chances.killed:
            return False
        self.databases.begin(self.towns.now, self.towns.asked)
        try:
            self.databases.build(killed_after=self.chance.randint(1, MAY_BE_KILLED_AFTER))
        except KilledError:
            self.tally.killed += 1
        self.towns.now += timedelta(hours=1)
        return True

    def _build(self, asked: str | None, *, tested: bool = False, begins_again: bool = False) -> str | None:
        now = self.towns.now
        scope = self.databases.begin(now, asked)
        if begins_again:
            with suppress(KilledError):
                self.databases.build(killed_after=self.chance.randint(1, MAY_BE_KILLED_AFTER))
        self.databases.build(tested=tested)
        self.databases.publish(now)
        self.tally.builds += 1
        self.tally.reasons[scope.reason or "what changed"] += 1
        ranked = self.databases.ranked()
        self.tally.ranked.update(ranked)
        if "again" in ranked and not begins_again:
            raise NotEqualError(f"ranked again, but no build began again: {ranked}")
        return scope.reason

    def _nothing_changes(self) -> None:
        """Build once more, a minute later."""
        self.towns.now += timedelta(minutes=1)
        self._build(None)
        self.tally.unchanged += 1
        ranked = self.databases.ranked()
        if not ranked.keys() <= OF_TIME:
            raise NotEqualError(f"nothing changed, and the build ranked {ranked}")

    def _compare(self, happened: str, *, with_ids: bool) -> None:
        report = self.databases.rebuild(with_ids=with_ids)
        if not report.equal:
            found = [
                f"  {cell.mart} {cell.row} {cell.column}: {cell.published!r}, whole {cell.rebuilt!r}"
                for cell in report.differences
            ]
            raise NotEqualError("\n".join((f"after {happened}", *found[:60])))


def one_batch(
    plan: Plan,
    base: Path,
    numbers: Sequence[int],
    steps: int,
    chances: Chances = Chances(),
    *,
    on_step: Callable[[int, str], object] = lambda _, __: None,
) -> Tally:
    """Let the towns of these seeds go through that number of steps. Raises NotEqualError for the first difference.

    `on_step` gets the number of each step without one, and what happened.
    """
    with tempfile.TemporaryDirectory(prefix="trigpoint-towns-") as scratch:
        batch = Batch(plan, base, Path(scratch), numbers, chances)
        try:
            batch.first()
            for number in range(1, steps + 1):
                on_step(number, batch.step(is_last=number == steps))
            return batch.tally
        finally:
            batch.databases.close()


def prepared(directory: Path) -> tuple[Plan, Path]:
    """The plan of a build, and the empty warehouse that it builds."""
    project = build_empty(PROJECT_ROOT, directory)
    assert (
        asyncio.run(DbtProcess(project).build()).failures == ()
    )  # some models have their plan from the second build on
    return plan_of_empty(project), project.warehouse


def plan_of_empty(project: DbtProject) -> Plan:
    plan = load(project.scratch_dir / "plan.json", fingerprint_of(project))
    assert plan
    return plan


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=100)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--towns", type=int, default=TOWNS, help="sequences that share a warehouse")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    wanted = parser.parse_args()
    towns = min(wanted.towns, wanted.sequences)
    batches = -(-wanted.sequences // towns)
    print(f"seed {wanted.seed}: {batches} batches of {towns} sequences of {wanted.steps} steps", flush=True)
    started = time.perf_counter()
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        plan, base = prepared(Path(scratch))

        @seed(wanted.seed)
        @settings(
            max_examples=batches, phases=[Phase.generate], deadline=None, database=None,
            suppress_health_check=[*HealthCheck], print_blob=False,
        )  # fmt: skip
        @given(lists(integers(0, 2**32 - 1), min_size=towns, max_size=towns, unique=True))
        def batches_are_equal(numbers: list[int]) -> None:
            tallies.append(
                one_batch(
                    plan, base, numbers, wanted.steps,
                    on_step=lambda step, _: print(f"batch {len(tallies) + 1}, step {step}: equal", flush=True),
                )
            )  # fmt: skip
            print(f"batch {len(tallies)}: {tallies[-1].summary()}", flush=True)

        batches_are_equal()
    steps = sum(tally.steps for tally in tallies)
    print(
        f"{len(tallies) * towns} sequences of {wanted.steps} steps, 0 differences; "
        f"{sum(tally.seconds for tally in tallies) / max(steps, 1):.1f} s a step of {towns} sequences, "
        f"{time.perf_counter() - started:.0f} s in all"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
