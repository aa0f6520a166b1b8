"""Learns match weights from the records, without labels. It proposes a change of the seed and makes none.

Expectation maximisation (Dempster, Laird and Rubin 1977) on the mixture of matches and non-matches of Fellegi and
Sunter (1969), first used for record linkage by Winkler (1988). Each pair counts as a match with its probability under
the present weights. The counts give m and u: the shares of every level among matches and among non-matches. m / u
gives the next weights. The model assumes that comparisons are independent, given whether two records match. They are
not fully independent (near places share a postcode), so the learned weights are too confident.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.contracts.learning.tuning import MatchTuning, WeightChange
from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed
from orchestrate.store.seed_proposal import Row, seed_diff, seed_number, seed_text, what_was_built

# One of the two records has no value: there is no evidence, and nothing is learned from it.
SILENT_LEVELS = frozenset({"unknown", "none", "number_unknown"})
ITERATIONS = 60
TOLERANCE = 0.005  # log2; stop when no weight changes by more
MIN_PAIRS = 30  # of a level, in sum; a rarer level keeps its weight
# Each level gets this many extra pairs, split according to its present weight, so that rare levels change little.
PRIOR_PAIRS = 20.0

Levels = dict[tuple[str, str], float]


@dataclass(frozen=True)
class FittedWeights:
    """Weights in log2 by (comparison, level), and the data behind them."""

    weights: Levels
    pairs: float
    matches: float
    iterations: int
    seen: Levels


def tune_matching(warehouse: Path, seed: Path) -> MatchTuning:
    """Learn weights from the pairs that the last build of `warehouse` compared. Returns a proposal for `seed`.

    Raises UsageError if there are no compared pairs.
    """
    with what_was_built(warehouse, "No pair of records has been compared yet. Run a query first.") as connection:
        learned = learn(connection, read_weights(seed))
    return propose(seed, learned).model_copy(update={"expected_matches": round(learned.matches, 1)})


def propose(seed: Path, learned: FittedWeights) -> MatchTuning:
    """The proposed change of `seed`: by row, as a diff, and as a whole."""
    rows = read_seed(seed)
    changes: list[WeightChange] = []
    kept: list[str] = []
    for row in rows:
        if not _is_learned(row, learned):
            kept.append(f"{row['comparison']}: {row['level']}")
        elif change := _change(row, learned):
            changes.append(change)
            row["weight"] = f"{change.to:.2f}"
    proposed = seed_text(rows)
    return MatchTuning(
        pairs=round(learned.pairs),
        iterations=learned.iterations,
        changes=tuple(changes),
        kept_for_want_of_pairs=tuple(kept),
        seed=proposed,
        diff=seed_diff(seed, proposed),
    )


def _is_learned(row: Row, learned: FittedWeights) -> bool:
    """Whether there are enough pairs for a row of the seed."""
    comparison, level = row["comparison"], row["level"]
    is_rare = learned.seen.get((comparison, level), 0.0) < MIN_PAIRS and comparison != "prior"
    return level not in SILENT_LEVELS and not is_rare


def _change(row: Row, learned: FittedWeights) -> WeightChange | None:
    key = (row["comparison"], row["level"])
    before, after = float(row["weight"]), round(learned.weights[key], 2)
    if after == before:
        return None
    pairs = round(learned.seen.get(key, 0.0))
    return WeightChange(comparison=key[0], level=key[1], from_=before, to=after, pairs=pairs)


def learn(connection: duckdb.DuckDBPyConnection, start: Levels) -> FittedWeights:
    """Weights by expectation maximisation, starting from the present weights.

    Reads `intermediate.int_comparison_vectors`. Raises UsageError if it is empty or has only one kind of pair.
    """
    _read_patterns(connection, comparisons_of(start))
    ((pairs,),) = connection.execute("select coalesce(sum(pairs), 0) from patterns").fetchall()
    if not pairs:
        raise UsageError("No two records were compared, so there is nothing to learn from.")
    weights, iteration, moved = dict(start), 0, math.inf
    seen: Levels = {}
    matches = 0.0
    while moved > TOLERANCE and iteration < ITERATIONS:
        matches, counts = _expect(connection, weights)
        _check_both_kinds(matches, pairs)
        seen = {level: among_matches + among_others for level, (among_matches, among_others) in counts.items()}
        following = _maximise(counts, matches, pairs, start)
        moved = max(abs(following[level] - weights[level]) for level in weights)
        weights, iteration = following, iteration + 1
    return FittedWeights(weights, pairs, matches, iteration, seen)


def _check_both_kinds(matches: float, pairs: float) -> None:
    """m / u needs matches and non-matches. A query for one place may give only one of them."""
    share = matches / pairs
    if not 0 < share < 1:
        kind = "a match" if share else "no match"
        raise UsageError(
            f"Each of the {pairs} compared pairs is {kind}, so there is nothing to learn from. "
            "Run a broader query first: a kind of place and a city."
        )


def _read_patterns(connection: duckdb.DuckDBPyConnection, comparisons: list[str]) -> None:
    """Group pairs with the same levels into one row: thousands of rows instead of millions."""
    levels = ", ".join(f"{comparison}_level" for comparison in comparisons)
    connection.execute(
        f"create or replace temp table patterns as select row_number() over (order by {levels}) as pattern, * from "  # noqa: S608
        f"(select {levels}, count(*) as pairs from intermediate.int_comparison_vectors group by all)"
    )
    each = " union all ".join(
        f"select pattern, pairs, '{comparison}' as comparison, {comparison}_level::varchar as level from patterns"  # noqa: S608
        for comparison in comparisons
    )
    connection.execute(f"create or replace temp table pattern_levels as {each}")
    connection.execute("create or replace temp table weights (comparison varchar, level varchar, weight double)")


def _expect(
    connection: duckdb.DuckDBPyConnection, weights: Levels
) -> tuple[float, dict[tuple[str, str], tuple[float, float]]]:
    """The expected number of matches under these weights, and the pairs of each level: (matches, others)."""
    connection.execute("delete from weights")
    connection.executemany("insert into weights values (?, ?, ?)", [[*key, value] for key, value in weights.items()])
    connection.execute(
        "create or replace temp table expected as "
        "select pattern, any_value(pairs) as pairs, 1 / (1 + pow(2, -(? + sum(weight)))) as probability "
        "from pattern_levels inner join weights using (comparison, level) group by pattern",
        [weights["prior", "any"]],
    )
    ((matches,),) = connection.execute("select sum(pairs * probability order by pattern) from expected").fetchall()
    rows = connection.execute(
        "select comparison, level, sum(expected.pairs * probability order by pattern), "
        "sum(expected.pairs * (1 - probability) order by pattern) "
        "from pattern_levels inner join expected using (pattern) group by comparison, level"
    ).fetchall()
    return matches, {(comparison, level): (matching, other) for comparison, level, matching, other in rows}


def _maximise(
    counts: dict[tuple[str, str], tuple[float, float]], matches: float, pairs: float, start: Levels
) -> Levels:
    """log2 (m / u) of every level, among pairs whose two records have a value."""
    share = matches / pairs
    following = {**start, ("prior", "any"): math.log2(share / (1 - share))}
    known: dict[str, list[float]] = {}
    for (comparison, level), (matching, other) in counts.items():
        if level not in SILENT_LEVELS:
            total = known.setdefault(comparison, [0.0, 0.0])
            total[0] += matching
            total[1] += other
    for (comparison, level), (matching, other) in counts.items():
        if level in SILENT_LEVELS or matching + other < MIN_PAIRS:
            continue
        all_matching, all_other = known[comparison]
        likely = PRIOR_PAIRS / (1 + 2 ** -start[comparison, level])
        m = (matching + likely) / (all_matching + PRIOR_PAIRS)
        u = (other + PRIOR_PAIRS - likely) / (all_other + PRIOR_PAIRS)
        following[comparison, level] = math.log2(m / u)
    return following


def comparisons_of(weights: Levels) -> list[str]:
    return sorted({comparison for comparison, _ in weights if comparison != "prior"})


def read_weights(seed: Path) -> Levels:
    return {(row["comparison"], row["level"]): seed_number(seed, row, "weight") for row in read_seed(seed)}
