"""What is learned about a city that the weights never saw: python -m bench.peers.unseen_city FOLDER.

Each folder in FOLDER has the two files of `trigpoint eval matching`. For each of them, weights are learned from the
labels of the others. Then they are learned again from its rivals without labels, from 50 answers about its labelled
pairs, and from all its labels. The 50 are those that `trigpoint label` would ask about, of the labelled ones. The last
two columns are of the shipped weights, which were fitted to all sets, and of what rivals teach after them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.labelled import folders_in
from bench.peers.matching import build
from orchestrate.clock import utc_now
from orchestrate.learn.eval_matching import load_records, read_labelled_pairs, scores_of
from orchestrate.learn.labelled_pairs import judge_pairs
from orchestrate.learn.match_weights.labelled import learn_labelled, read_patterns
from orchestrate.learn.match_weights.proposal import Levels, comparisons_of, read_weights
from orchestrate.learn.match_weights.regression import Pattern, Strength
from orchestrate.learn.match_weights.telling_pairs import Kind, most_telling
from orchestrate.learn.match_weights.unlabelled import lesson_of_rivals
from orchestrate.seeds.files import read_seed
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import weight_of
from orchestrate.store.seed_proposal import seed_text
from orchestrate.store.warehouse import Warehouse
from tests.project_copy import copy_project

ANSWERS = 50
FREE = Strength(sd=2.0, prior_sd=2.0, min_pairs=5)  # so that the present weights, which know all sets, count for little
COLUMNS = ("unseen", "rivals", "50 answers", "all labels", "shipped", "shipped, rivals")


@dataclass(frozen=True)
class City:
    """The built pairs of one set, and a project whose weights may change."""

    folder: Path
    project: Path
    warehouse: Warehouse
    patterns: list[Pattern]

    @property
    def seed(self) -> Path:
        return self.project / "dbt_project" / "seeds" / "match_weights.csv"

    def weigh(self, weights: Levels) -> None:
        rows = read_seed(self.seed)
        for row in rows:
            row["weight"] = f"{weights[row['comparison'], row['level']]:.4f}"
        self.seed.write_text(seed_text(rows))

    def taught_by_rivals(self, weights: Levels) -> Levels:
        self.weigh(weights)
        return lesson_of_rivals(self.warehouse.connection, self.seed).learned.weights

    async def f1(self, weights: Levels) -> tuple[float, float]:
        """F1 of the clusters and of each pair under these weights."""
        self.weigh(weights)
        self.warehouse.connection.execute(
            "update ops.build_context set run_id = run_id || '.', as_of = as_of + interval 1 day"
        )
        await build(
            self.project, self.warehouse, "--select=match_weights+,+int_record_entities", "--exclude-resource-type=test"
        )
        read_labelled_pairs(self.warehouse.connection, self.folder / "pairs.csv")
        judged = judge_pairs(self.warehouse.connection)
        return (
            scores_of((pair.is_match, pair.is_joined) for pair in judged).f1,
            scores_of((pair.is_match, pair.is_accepted) for pair in judged).f1,
        )


async def built(folder: Path, scratch: Path) -> City:
    warehouse = Warehouse(scratch / "warehouse.duckdb")
    load_records(warehouse.connection, folder / "records.csv", utc_now())
    project = copy_project(scratch / "project")
    await build(project, warehouse, "--selector=matching")
    read_labelled_pairs(warehouse.connection, folder / "pairs.csv")
    city = City(folder, project, warehouse, [])
    patterns, _ = read_patterns(warehouse.connection, comparisons_of(read_weights(city.seed)))
    return City(folder, project, warehouse, patterns)


def answers(patterns: Sequence[Pattern], weights: Levels) -> list[Pattern]:
    """The labels of the most telling pairs."""
    dice = random.Random(0)
    kinds = [Kind(pattern.levels, round(pattern.pairs)) for pattern in patterns]
    labels = [[1] * round(pattern.matches) + [0] * round(pattern.others) for pattern in patterns]
    for each in labels:
        dice.shuffle(each)
    chosen = most_telling(kinds, weights, weight_of(project_vars()["match_threshold"]), ANSWERS)
    given = [(patterns[kind].levels, labels[kind].pop()) for kind in chosen]
    return [Pattern(levels, is_match, 1 - is_match) for levels, is_match in given]


async def row(city: City, others: Sequence[City]) -> dict[str, tuple[float, float]]:
    shipped = read_weights(city.seed)
    unseen = learn_labelled([other.patterns for other in others], shipped, FREE).weights
    rivals, after_shipped = city.taught_by_rivals(unseen), city.taught_by_rivals(shipped)
    asked = answers(city.patterns, unseen)
    weights = (
        unseen,
        rivals,
        learn_labelled([asked], rivals).weights,
        learn_labelled([city.patterns], unseen).weights,
        shipped,
        after_shipped,
    )
    return dict(zip(COLUMNS, [await city.f1(each) for each in weights], strict=True))


def shares(rows: Sequence[dict[str, tuple[float, float]]]) -> Iterator[float]:
    """The share of the gap between no label and all labels that 50 answers close: of clusters, and of pairs."""
    for score in (0, 1):
        gap = sum(each["all labels"][score] - each["unseen"][score] for each in rows)
        yield sum(each["50 answers"][score] - each["unseen"][score] for each in rows) / gap


async def measure(folder: Path, scratch: Path) -> None:
    cities = []
    for each in folders_in(folder):
        (scratch / each.name).mkdir()
        cities.append(await built(each, scratch / each.name))
    print(f"{'F1 of clusters / of each pair':36}" + "".join(f"{column:>20}" for column in COLUMNS), flush=True)
    rows = []
    for city in cities:
        rows.append(await row(city, [other for other in cities if other is not city]))
        cells = (f"{clusters:.4f} / {pairs:.4f}" for clusters, pairs in rows[-1].values())
        print(f"{city.folder.name:36}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
    clusters, pairs = shares(rows)
    print(f"{ANSWERS} answers close {clusters:.0%} of the gap to all labels by clusters, {pairs:.0%} by pairs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of the labelled sets")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        asyncio.run(measure(folder, Path(scratch)))


if __name__ == "__main__":
    main()
