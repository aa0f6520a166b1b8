"""Mutates the rules of matching and survivorship; a test must fail: python -m bench.faults.mutations [NAME ...].

A mutant is one flip of `bench.faults.sql_flips` in a model of the two folders or in a macro that they use. NAME is a
model or a file of macros. A flip in a Jinja loop gives one mutant for each turn. dbt would take seconds for each
mutant, so it runs only once: on a copy of the project with a comment around each place that can be flipped. The
comments change nothing, so the unit tests pass. A mutant is the SQL that dbt ran, with the marked place changed.

The Python oracles of tests/models check the mutants that no unit test finds, on random entities and graphs with fixed
seeds. A mutant that is not valid SQL proves nothing. `equivalent_mutants.csv` declares, with reasons, the mutants that
change no result. The exit code is 1 if another mutant survives, or if a declaration is wrong.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb

from bench.faults.sql_flips import Flip, flips
from orchestrate.store.dbt_project import DbtProject
from tests.models import test_clusters
from tests.models.survivorship import test_survivorship
from tests.models.survivorship.oracle import survive
from tests.project_copy import build_empty, copy_project, dbt_test

FOLDERS = ("models/intermediate/matching", "models/intermediate/survivorship")
MACROS = "dbt_project/macros"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.csv")
SECONDS = 10  # of the processor: a flipped recursion may never end
SEEDS = range(10)
Name = tuple[str, str, int]
NO_SQL = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


@dataclass(frozen=True)
class Mark:
    """A place in a file that can be flipped."""

    number: int
    path: str
    source: str
    flip: Flip
    occurrence: int = 1  # counts equal flips of equal lines in the file

    @property
    def opening(self) -> str:
        return f"/*<{self.number}*/"

    @property
    def line(self) -> int:
        return self.source.count("\n", 0, self.flip.start) + 1

    def line_with(self, instead: str) -> str:
        start = self.source.rfind("\n", 0, self.flip.start) + 1
        end = self.source.find("\n", self.flip.end) % (len(self.source) + 1)  # -1: the last line
        return " ".join((self.source[start : self.flip.start] + instead + self.source[self.flip.end : end]).split())


@dataclass(frozen=True)
class Mutant:
    mark: Mark
    instead: str
    turn: int | None = None  # turn of the Jinja loop around it; None: all turns

    def __str__(self) -> str:
        before, after = (self.mark.line_with(text) for text in (self._before, self.instead))
        turn = "" if self.turn is None else f" (turn {self.turn + 1})"
        return f"{self.mark.path}:{self.mark.line}{turn}  {before}  →  {after}"

    @property
    def _before(self) -> str:
        return self.mark.source[self.mark.flip.start : self.mark.flip.end]

    @property
    def name(self) -> Name:
        """The name for declarations: it has the flipped line, because line numbers change."""
        return Path(self.mark.path).stem, self.mark.line_with(self.instead), self.mark.occurrence

    def of(self, sql: str) -> str:
        marked = re.compile(rf"{re.escape(self.mark.opening)}.*?/\*{self.mark.number}>\*/", re.DOTALL)
        if self.turn is None:
            return marked.sub(lambda _: self.instead, sql)
        stretches = [found.span() for found in marked.finditer(sql)]
        if self.turn >= len(stretches):
            return sql
        start, end = stretches[self.turn]
        return sql[:start] + self.instead + sql[end:]


def mark(project: Path) -> list[Mark]:
    """Put a comment around every place in the rules that can be flipped."""
    marks: list[Mark] = []
    for path in sorted(path for folder in (*FOLDERS, MACROS) for path in (project / folder).glob("*.sql")):
        source = text = path.read_text()
        found = [
            Mark(number, str(path.relative_to(project)), source, flip)
            for number, flip in enumerate(flips(source), start=len(marks))
        ]
        seen: Counter[tuple[str, ...]] = Counter()
        for index, place in enumerate(found):
            flipped = tuple(place.line_with(instead) for instead in place.flip.instead)
            seen[flipped] += 1
            found[index] = replace(place, occurrence=seen[flipped])
        for place in reversed(found):
            start, end = place.flip.start, place.flip.end
            text = f"{text[:start]}{place.opening}{text[start:end]}/*{place.number}>*/{text[end:]}"
        path.write_text(text)
        marks += found
    return marks


@dataclass(frozen=True)
class Compiled:
    """The marked SQL of the models and of their unit tests, as dbt ran it."""

    project: DbtProject
    models: dict[str, str]
    tests: dict[str, list[str]]

    @classmethod
    def of(cls, project: DbtProject, names: set[str]) -> Compiled:
        """A macro needs the tests of all models, because any may use it."""
        has_macros = any((project.project_dir / MACROS / f"{name}.sql").is_file() for name in names)
        chosen = names if names and not has_macros else {f"path:{folder}" for folder in FOLDERS}
        done = dbt_test(project, "--select", *(f"{choice},test_type:unit" for choice in sorted(chosen)))
        assert done.returncode == 0, done.stdout + done.stderr
        target, tests = project.scratch_dir / "target", defaultdict(list)
        for folder in FOLDERS:
            for path in sorted((target / "run" / "trigpoint" / folder).glob("*.yml/**/*.sql")):
                model = next(part for part in path.parts if part.endswith(".yml"))
                tests[model.removesuffix(".yml")].append(path.read_text())
        compiled = {
            path.stem: path.read_text()
            for folder in FOLDERS
            for path in (target / "compiled" / "trigpoint" / folder).glob("*.sql")
        }
        return cls(project, compiled, dict(tests))

    def tests_of(self, mark: Mark) -> Iterator[str]:
        """The unit tests of the marked model. For a macro: of all models that use it."""
        return (sql for tests in self.tests.values() for sql in tests if mark.opening in sql)

    def mutants(self, mark: Mark) -> Iterator[Mutant]:
        """The mutants of a mark. There are none for a macro that these models do not use."""
        turns: list[int | None]
        if mark.path.startswith(MACROS):
            turns = [None] if any(mark.opening in sql for sql in self.models.values()) else []
        else:
            model = Path(mark.path).stem
            turns = [*range(max(sql.count(mark.opening) for sql in (self.models[model], *self.tests.get(model, []))))]
        for turn in turns:
            for instead in mark.flip.instead:
                yield Mutant(mark, instead, turn if len(turns) > 1 else None)


@contextmanager
def in_time(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt what takes longer. A busy machine gives it more time, so that its verdict does not depend on others."""
    ended, end = threading.Event(), time.process_time() + SECONDS

    def watch() -> None:
        while not ended.wait(0.1):
            if time.process_time() > end:
                connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


class MutantTester:
    def __init__(self, compiled: Compiled, warehouse: test_survivorship.Warehouse) -> None:
        self.compiled, self.warehouse, self.connection = compiled, warehouse, warehouse.connection
        self.clustering = test_clusters.read_models(compiled.project)

    @cached_property
    def graphs(self) -> list[tuple[test_clusters.Graph, tuple[dict[int, int], dict[int, int]]]]:
        drawn = [test_clusters.draw_graph(seed) for seed in SEEDS]
        return [(graph, test_clusters.expected(graph)) for graph in drawn]

    @cached_property
    def entities(self) -> list[tuple[list[test_survivorship.Claim], test_survivorship.Survived]]:
        rules = test_survivorship.read_rules()
        drawn = [test_survivorship.draw_entities(seed) for seed in SEEDS]
        return [(claims, survive(claims, rules)) for claims in drawn]

    def verdict(self, mutant: Mutant) -> str:
        for name, turns_red in (("unit test", self.unit_tests), ("oracle", self.oracles)):
            try:
                if any(turns_red(mutant)):
                    return name
            except NO_SQL:
                return "invalid"
            except duckdb.Error:  # also a failed test: the SQL ends in an error, or never ends
                return name
        return "survived"

    def unit_tests(self, mutant: Mutant) -> Iterator[bool]:
        for sql in self.compiled.tests_of(mutant.mark):
            rows: dict[str, Counter[str]] = {"actual": Counter(), "expected": Counter()}
            with in_time(self.connection):
                for *row, side in self.connection.execute(mutant.of(sql)).fetchall():
                    rows[side][repr(row)] += 1
            yield rows["actual"] != rows["expected"]

    def oracles(self, mutant: Mutant) -> Iterator[bool]:
        if any(mutant.mark.opening in sql for sql in self.warehouse.models.values()):
            warehouse = replace(self.warehouse, models=_mutated(self.warehouse.models, mutant))
            for claims, expected in self.entities:
                with in_time(self.connection):
                    warehouse.load(claims)
                yield bool(test_survivorship.disagreements(claims, warehouse.result(), expected))
        if any(mutant.mark.opening in sql for sql in self.clustering.values()):
            clustering = _mutated(self.clustering, mutant)
            for graph, clusters in self.graphs:
                with in_time(self.connection):
                    yield test_clusters.found(self.connection, clustering, graph) != clusters


def _mutated(models: dict[str, str], mutant: Mutant) -> dict[str, str]:
    return {model: mutant.of(sql) for model, sql in models.items()}


def read_equivalent() -> set[Name]:
    with EQUIVALENT.open(newline="") as file:
        return {(row["model"], row["flipped_line"], int(row["occurrence"])) for row in csv.DictReader(file)}


def run(models: set[str]) -> bool:
    """Whether every mutant makes a test fail, or is declared as equivalent."""
    started, equivalent = time.perf_counter(), read_equivalent()
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    undeclared: list[Mutant] = []
    seen: dict[Name, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as directory:
        scratch = Path(directory)
        marks = mark(copy_project(scratch / "project"))
        compiled = Compiled.of(build_empty(scratch / "project", scratch), models)
        print(f"built in {time.perf_counter() - started:.0f} s", flush=True)
        (scratch / "survivorship").mkdir()
        with test_survivorship.opened(compiled.project, scratch / "survivorship") as warehouse:
            warehouse.connection.execute("set threads = 1; set memory_limit = '1GB'")
            tester = MutantTester(compiled, warehouse)
            for mutant in (mutant for place in marks for mutant in compiled.mutants(place)):
                if models and mutant.name[0] not in models:
                    continue
                verdict = tester.verdict(mutant)
                seen[mutant.name].add(verdict)
                if verdict == "survived" and mutant.name in equivalent:
                    verdict = "equivalent"
                elif verdict == "survived":
                    undeclared.append(mutant)
                    print(f"{verdict}: {mutant}", flush=True)
                elif verdict == "invalid":
                    print(f"{verdict}: {mutant}", flush=True)
                verdicts[mutant.mark.path][verdict] += 1
    wrong = {name for name in equivalent if not models or name[0] in models} - {
        name for name, verdicts_of in seen.items() if verdicts_of == {"survived"}
    }
    print_counts(verdicts)
    print(f"{time.perf_counter() - started:.0f} s")
    for name in sorted(wrong):
        print(f"declared as equivalent, but the mutant does not exist or makes a test fail: {name}")
    return not undeclared and not wrong


def print_counts(verdicts: dict[str, Counter[str]]) -> None:
    columns = ("unit test", "oracle", "invalid", "equivalent", "survived")
    print(f"{'mutants':>7}  {'  '.join(columns)}")
    for path, counts in [*verdicts.items(), ("total", sum(verdicts.values(), Counter()))]:
        cells = "  ".join(f"{counts[column]:>{len(column)}}" for column in columns)
        print(f"{counts.total():>7}  {cells}  {path}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a model or a file of macros; all without one")
    return int(not run(set(parser.parse_args().names)))


if __name__ == "__main__":
    sys.exit(main())
