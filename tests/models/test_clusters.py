"""Components and clusters of random graphs, compared with a simple implementation in Python."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest
import yaml

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject

RECORDS, GRAPHS = 120, 40  # enough for components above the size limit of a cluster
MAX_CLUSTER_RECORDS = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text())["vars"]["max_cluster_records"]


@pytest.fixture(scope="module")
def connection(project: DbtProject, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the built, empty warehouse, under the same name, for the graphs."""
    copy = tmp_path_factory.mktemp("graphs") / project.warehouse.name
    shutil.copyfile(project.warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


class UnionFind:
    """Connected records, by path halving (Tarjan and van Leeuwen 1984). The smallest member names a set."""

    def __init__(self, records: range) -> None:
        self.parent = {record: record for record in records}

    def find(self, record: int) -> int:
        while self.parent[record] != record:
            self.parent[record] = self.parent[self.parent[record]]
            record = self.parent[record]
        return record

    def union(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self.parent[high] = low

    def sets(self) -> dict[int, int]:
        return {record: self.find(record) for record in self.parent}


@dataclass(frozen=True)
class Graph:
    """Pairs with weights (many are equal), pairs that a person joined, and pairs in conflict."""

    links: dict[tuple[int, int], float]
    must: set[tuple[int, int]]
    conflicts: dict[tuple[int, int], str]


def draw_graph(seed: int) -> Graph:
    dice = random.Random(seed)
    pairs = [(left, right) for left in range(RECORDS) for right in range(left + 1, RECORDS)]
    links = {pair: float(dice.randint(0, 8)) for pair in dice.sample(pairs, dice.randint(20, 220))}
    apart = dice.sample(pairs, dice.randint(0, 60))
    return Graph(
        links,
        must=set(dice.sample(sorted(links), dice.randint(0, 5))),
        conflicts={pair: dice.choice(["too_far", "too_far", "cannot_match"]) for pair in apart},
    )


def connected(links: dict[tuple[int, int], float]) -> dict[int, int]:
    sets = UnionFind(range(RECORDS))
    for one, other in links:
        sets.union(one, other)
    return sets.sets()


def key(record: int) -> str:
    """In another order than the numbers."""
    return f"clubs:{record * 7 % RECORDS:03d}"


def split(graph: Graph, conflicts: dict[tuple[int, int], str]) -> dict[int, int]:
    """Join one pair after the other, the strongest first. Skip a pair that would give a conflict or too many records.

    Pairs that a person joined come last, and only `cannot_match` blocks them. Keys break ties.
    """
    sets = UnionFind(range(RECORDS))
    strength = {pair: (pair in graph.must, -graph.links[pair], sorted(map(key, pair))) for pair in graph.links}
    for pair in sorted(graph.links, key=strength.__getitem__):
        joined = {sets.find(pair[0]), sets.find(pair[1])}
        size = sum(sets.find(record) in joined for record in range(RECORDS))
        blocking = {
            reason
            for (left, right), reason in conflicts.items()
            if len(joined) == 2 and {sets.find(left), sets.find(right)} == joined
        }
        if (not blocking and size <= MAX_CLUSTER_RECORDS) or (pair in graph.must and "cannot_match" not in blocking):
            sets.union(*pair)
    return sets.sets()


def expected(graph: Graph) -> tuple[dict[int, int], dict[int, int]]:
    """The components and the clusters."""
    components = connected(graph.links)
    return components, split(graph, within(graph, components))


def within(graph: Graph, components: dict[int, int]) -> dict[tuple[int, int], str]:
    return {pair: why for pair, why in graph.conflicts.items() if components[pair[0]] == components[pair[1]]}


def read_models(project: DbtProject) -> dict[str, str]:
    compiled = project.scratch_dir / "target" / "compiled" / "trigpoint" / "models" / "intermediate" / "matching"
    return {model: (compiled / f"{model}.sql").read_text() for model in ("int_components", "int_components_split")}


def found(
    connection: duckdb.DuckDBPyConnection, models: dict[str, str], graph: Graph
) -> tuple[dict[int, int], dict[int, int]]:
    """The components and clusters from the models' SQL."""
    for table in (
        "int_records_standardised",
        "int_matches",
        "int_conflicts",
        "int_components",
        "int_records_to_cluster",
    ):
        connection.execute(f"delete from intermediate.{table}")
    connection.executemany(
        "insert into intermediate.int_records_standardised (record_no, record_key) values (?, ?)",
        [[record, key(record)] for record in range(RECORDS)],
    )
    connection.executemany(
        "insert into intermediate.int_matches (left_no, right_no, match_weight, is_decided) values (?, ?, ?, ?)",
        [[*pair, weight, pair in graph.must] for pair, weight in graph.links.items()],
    )
    components = dict(connection.execute(models["int_components"]).fetchall())
    connection.executemany(
        "insert into intermediate.int_components (record_no, component_no) values (?, ?)",
        [[*row] for row in components.items()],
    )
    connection.executemany(
        "insert into intermediate.int_records_to_cluster (record_no, record_key, component_no) values (?, ?, ?)",
        [[record, key(record), component] for record, component in components.items()],
    )
    conflicts = within(graph, components)
    if conflicts:
        connection.executemany(
            "insert into intermediate.int_conflicts (left_no, right_no, reason) values (?, ?, ?)",
            [[*pair, why] for pair, why in conflicts.items()],
        )
    return components, dict(connection.execute(models["int_components_split"]).fetchall())


@pytest.fixture(scope="module")
def models(project: DbtProject) -> dict[str, str]:
    return read_models(project)


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_clusters_equal_those_of_a_simple_implementation(connection, models, seed):
    graph = draw_graph(seed)

    assert found(connection, models, graph) == expected(graph), f"seed {seed}"
