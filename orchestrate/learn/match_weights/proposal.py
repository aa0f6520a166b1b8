"""The match weights of the seed, and the proposal of others. Nothing here changes the seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from orchestrate.contracts.learning.tuning import MatchTuning, WeightChange
from orchestrate.seeds.files import read_seed
from orchestrate.store.seed_proposal import Row, seed_diff, seed_number, seed_text

# One of the two records has no value: there is no evidence, and nothing is learned from it.
SILENT_LEVELS = frozenset({"unknown", "none", "number_unknown"})

Level = tuple[str, str]  # (comparison, level)
Levels = dict[Level, float]
PRIOR: Level = ("prior", "any")


@dataclass(frozen=True)
class FittedWeights:
    """Weights in log2 by (comparison, level), and the data behind them. The weights of `held` are the present ones."""

    weights: Levels
    pairs: float
    matches: float
    iterations: int
    seen: Levels
    held: frozenset[Level]


def read_weights(seed: Path) -> Levels:
    return {(row["comparison"], row["level"]): seed_number(seed, row, "weight") for row in read_seed(seed)}


def comparisons_of(weights: Levels) -> list[str]:
    return sorted({comparison for comparison, _ in weights if comparison != PRIOR[0]})


def propose(seed: Path, learned: FittedWeights) -> MatchTuning:
    """The proposed change of `seed`: by row, as a diff, and as a whole."""
    rows = read_seed(seed)
    changes: list[WeightChange] = []
    kept: list[str] = []
    for row in rows:
        if (row["comparison"], row["level"]) in learned.held:
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


def _change(row: Row, learned: FittedWeights) -> WeightChange | None:
    key = (row["comparison"], row["level"])
    before, after = float(row["weight"]), round(learned.weights[key], 2)
    if after == before:
        return None
    pairs = round(learned.seen.get(key, 0.0))
    return WeightChange(comparison=key[0], level=key[1], from_=before, to=after, pairs=pairs)


def ordered_levels(seed: Path) -> list[list[Level]]:
    """The levels of each comparison that have a threshold, in the seed's order: each is nearer than the next."""
    with_threshold = [row for row in read_seed(seed) if row.get("threshold")]
    groups = groupby(with_threshold, key=lambda row: row["comparison"])
    return [[(comparison, row["level"]) for row in rows] for comparison, rows in groups]


def in_order(weights: Levels, start: Levels, seen: Levels, ordered: Sequence[Sequence[Level]]) -> Levels:
    """The nearest weights that keep the order of the levels: a nearer level has no less weight than a further one.

    Pools adjacent violators (Ayer and others 1955), each with as much say as it has pairs. Levels with their start
    weight stay. Where the start weights break the order, no order is asked for.
    """
    corrected = dict(weights)
    for levels in ordered:
        for run in _runs_in_order([level for level in levels if weights[level] != start[level]], start):
            falling = _falling([(weights[level], seen.get(level, 0.0)) for level in run])
            corrected |= zip(run, falling, strict=True)
    return corrected


def _runs_in_order(levels: Sequence[Level], start: Levels) -> list[list[Level]]:
    runs: list[list[Level]] = []
    for level in levels:
        if runs and start[level] <= start[runs[-1][-1]]:
            runs[-1].append(level)
        else:
            runs.append([level])
    return runs


def _falling(values: Sequence[tuple[float, float]]) -> Iterator[float]:
    """The nearest falling sequence to (value, importance)."""
    pools: list[tuple[float, float, int]] = []
    for value, importance in values:
        pools.append((value, importance, 1))
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            (one, of_one, ones), (other, of_other, others) = pools[-2:]
            total = of_one + of_other
            mean = (one * of_one + other * of_other) / total if total else (one + other) / 2
            pools[-2:] = [(mean, total, ones + others)]
    for mean, _, count in pools:
        yield from [mean] * count
