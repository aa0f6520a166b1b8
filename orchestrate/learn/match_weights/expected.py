"""What labels promise for F1: its expected rise over all pairs of records, with a range.

With probabilities p, decisions d have the expected F1 2 sum(p d) / (sum(d) + sum(p)), as the ratio of expectations
(Nan, Chai, Lee and Chieu 2012, "Optimizing F-measure"). The decisions are the clusters of two builds: with the present
weights, and with the learned ones. The probabilities come from weights that the labels teach under a wide prior. The
narrow prior of the tuning protects decisions from few labels. As a belief it would trust the present weights more than
the labels.

Pairs of one cluster are not independent: if A is B and B is C, then A is C. So each pair of a cluster has at least the
probability of the likeliest chain of its pairs.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import duckdb

from orchestrate.errors import GateError
from orchestrate.learn.match_weights.proposal import Level, Levels
from orchestrate.learn.match_weights.regression import (
    Pattern,
    Strength,
    drawn_weights,
    probability_of,
    weight_of_levels,
)
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.publication.scope import begin_scope
from orchestrate.seeds.loaded import forget_loaded
from orchestrate.store.dbt_project import DbtProject, project_with_weights
from orchestrate.store.warehouse import connect

# Found on three draws of `bench.review_pays`, and checked on the others.
BELIEF = Strength(sd=2.0, prior_sd=4.0, min_pairs=0)
DRAWS = 40
TAIL = 0.05  # of the draws, below and above the range
MOST_PAIRS = 200_000  # compared pairs; for more, the draws would take minutes
GREATEST_WEIGHT = 500.0  # log2: a power of two far beyond it is no floating number

Pair = tuple[str, str]  # record keys, the first in the alphabet first


class ComparedPair(NamedTuple):
    pair: Pair
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Clustered:
    """The compared pairs of a build, and the pairs of records that it puts into one cluster."""

    compared: list[ComparedPair]
    joined: set[Pair]


@dataclass(frozen=True)
class ExpectedRise:
    """The expected rise of F1 (a share, negative if F1 falls), and the range of nine of ten draws of the weights."""

    mean: float
    low: float
    high: float


def read_clustered(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[str]) -> Clustered | None:
    """What the last build compared and joined; None if it compared too many pairs for a promise."""
    levels = ", ".join(f"{comparison}_level::varchar" for comparison in comparisons)
    rows = connection.execute(
        f"select lefts.record_key, rights.record_key, {levels} "  # noqa: S608 (names of columns of ours)
        "from intermediate.int_comparison_vectors as compared "
        "inner join intermediate.int_match_features as lefts on compared.left_no = lefts.record_no "
        "inner join intermediate.int_match_features as rights on compared.right_no = rights.record_no "
        f"order by all limit {MOST_PAIRS + 1}"
    ).fetchall()
    if len(rows) > MOST_PAIRS:
        return None
    kinds: dict[tuple[str, ...], tuple[Level, ...]] = {}  # one object for the many pairs of a kind
    compared = [
        ComparedPair(
            (min(left, right), max(left, right)),
            kinds.setdefault(tuple(reached), tuple(zip(comparisons, reached, strict=True))),
        )
        for left, right, *reached in rows
    ]
    return Clustered(compared, read_joined(connection))


def read_joined(connection: duckdb.DuckDBPyConnection) -> set[Pair]:
    """The pairs of each cluster. Entity ids would not do: an id that a run minted absorbs no other in the same run."""
    return set(
        connection.execute(
            "with members as (select record_key, cluster_key from intermediate.int_clusters "
            "where match_role = 'member') "
            "select lefts.record_key, rights.record_key from members as lefts inner join members as rights "
            "on lefts.cluster_key = rights.cluster_key and lefts.record_key < rights.record_key"
        ).fetchall()
    )


@contextmanager
def copied(warehouse: Path) -> Iterator[Path]:
    """A copy of the warehouse for a build with other seeds. dbt names the file, so the copy has the same name."""
    with tempfile.TemporaryDirectory(prefix="trigpoint-tune-") as folder:
        copy = Path(shutil.copy(warehouse, folder))
        with connect(copy) as connection:
            forget_loaded(connection)
        yield copy


async def joined_with(weights: str, warehouse: Path) -> set[Pair]:
    """The pairs that a build with this seed of match weights joins. The build is in `warehouse` itself.

    Raises GateError if it fails.
    """
    with tempfile.TemporaryDirectory(prefix="trigpoint-tune-") as folder:
        project = project_with_weights(Path(folder), weights)
        with connect(warehouse) as connection:
            begin_scope(connection, project, least_records=0, asked="its match weights are others")
        dbt = DbtProcess(DbtProject(project, warehouse, Path(folder) / "dbt"))
        try:
            built = await dbt.build("--selector=matching")
        finally:
            dbt.kill()
    if built.failures:
        raise GateError("dbt's checks failed with the learned weights: " + "; ".join(built.failures[:5]))
    with connect(warehouse, read_only=True) as connection:
        return read_joined(connection)


def expected_rise(
    clustered: Clustered, after: Collection[Pair], patterns: Sequence[Pattern], start: Levels
) -> ExpectedRise:
    """How much more F1 the decisions `after` have, in expectation.

    `patterns` are the labels, and `start` is the middle of the prior of the weights (log2).
    """
    rises = sorted(
        rise_of(probabilities(clustered.compared, weights), clustered.joined, after)
        for weights in drawn_weights(patterns, start, BELIEF, DRAWS)
    )
    beyond = int(TAIL * DRAWS)
    return ExpectedRise(fmean(rises), rises[beyond], rises[-1 - beyond])


def rise_of(of_pairs: Mapping[Pair, float], before: Collection[Pair], after: Collection[Pair]) -> float:
    held = chained(of_pairs, {*before, *after})
    return expected_f1(held, after) - expected_f1(held, before)


def expected_f1(of_pairs: Mapping[Pair, float], decided: Collection[Pair]) -> float:
    """The expected F1 if `decided` are taken for matches. A pair without a probability has the probability 0."""
    total = len(decided) + sum(of_pairs.values())
    return 2 * sum(of_pairs.get(pair, 0.0) for pair in decided) / total if total else 1.0


def probabilities(compared: Sequence[ComparedPair], weights: Levels) -> dict[Pair, float]:
    of_kinds = {
        levels: probability_of(min(max(weight_of_levels(levels, weights), -GREATEST_WEIGHT), GREATEST_WEIGHT))
        for levels in {one.levels for one in compared}
    }
    return {one.pair: of_kinds[one.levels] for one in compared}


def chained(of_pairs: Mapping[Pair, float], together: Collection[Pair]) -> dict[Pair, float]:
    """The probabilities, with those of the pairs `together` raised to that of their likeliest chain (Dijkstra 1959)."""
    ties: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for left, right in sorted(together):
        if probability := of_pairs.get((left, right)):
            ties[left].append((right, probability))
            ties[right].append((left, probability))
    raised = dict(of_pairs)
    for start in sorted(ties):
        for end, probability in _likeliest(start, ties).items():
            if (start, end) in together and probability > raised.get((start, end), 0.0):
                raised[start, end] = probability
    return raised


def _likeliest(start: str, ties: Mapping[str, Sequence[tuple[str, float]]]) -> dict[str, float]:
    """The probability of the likeliest chain from a record to each other."""
    found: dict[str, float] = {}
    waiting = [(-1.0, start)]
    while waiting:
        negative, record = heappop(waiting)
        if record in found:
            continue
        found[record] = -negative
        for other, probability in ties[record]:
            if other not in found:
                heappush(waiting, (negative * probability, other))
    return found
