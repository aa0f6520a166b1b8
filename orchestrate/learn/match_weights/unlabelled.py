"""Learns match weights from the records alone. It proposes a change of the seed and makes none.

The present weights are the prior. What is new are the rivals of each pair (`competition.py`). Without labels, nobody
can say how strict the matching must be, so as many best pairs as before are accepted. Expectation maximisation without
these limits (Winkler 1988) learns the habits of a list, such as its chains, and takes them for identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.learning.tuning import MatchTuning
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import build_models, load_records, scratch_warehouse
from orchestrate.learn.match_weights.competition import read_competition
from orchestrate.learn.match_weights.proposal import (
    PRIOR,
    FittedWeights,
    Levels,
    comparisons_of,
    in_order,
    ordered_levels,
    propose,
    read_weights,
)
from orchestrate.learn.match_weights.regression import (
    Pattern,
    Strength,
    most_probable,
    pairs_by_level,
    weight_of_levels,
)
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import weight_of
from orchestrate.store.seed_proposal import what_was_built

# Found by leaving out one labelled set at a time: with more, the habits of a list count more than its rivals.
STRENGTH = Strength(sd=0.05, prior_sd=1e4, min_pairs=30)
MIN_CONTESTED = 100  # likely matches with a rival; fewer say too little about so many weights
MAX_CHANGED = 0.05  # of the accepted pairs; rivals alone do not justify a greater change


async def tune_records(records: Path, seed: Path) -> MatchTuning:
    """Learn weights from the records of a file, which need not have landed. Returns a proposal for `seed`."""
    async with scratch_warehouse() as (warehouse, dbt):
        load_records(warehouse.connection, records, utc_now())
        await build_models(warehouse, dbt, "--selector=comparisons")
        return learn_from_rivals(warehouse.connection, seed)


def tune_matching(warehouse: Path, seed: Path) -> MatchTuning:
    """Learn weights from the pairs that the last build of `warehouse` compared. Returns a proposal for `seed`.

    Raises UsageError if there are no compared pairs.
    """
    with what_was_built(warehouse, "No pair of records has been compared yet. Run a query first.") as connection:
        return learn_from_rivals(connection, seed)


@dataclass(frozen=True)
class Lesson:
    """What rivals teach; the present weights, if the data cannot tell."""

    learned: FittedWeights
    contested: int
    refused_because: str | None


def learn_from_rivals(connection: duckdb.DuckDBPyConnection, seed: Path) -> MatchTuning:
    """The proposal, or the reason why there is none. Raises UsageError if no two records were compared."""
    _check_compared(connection)
    lesson = lesson_of_rivals(connection, seed)
    return propose(seed, lesson.learned).model_copy(
        update={
            "expected_matches": round(lesson.learned.matches, 1),
            "contested": lesson.contested,
            "refused_because": lesson.refused_because,
        }
    )


def lesson_of_rivals(connection: duckdb.DuckDBPyConnection, seed: Path) -> Lesson:
    start, accepted_from = read_weights(seed), weight_of(project_vars()["match_threshold"])
    competition = read_competition(connection, start, comparisons_of(start), accepted_from)
    present = unchanged(competition.patterns, start)
    if refused := _too_few_rivals(competition.contested):
        return Lesson(present, competition.contested, refused)
    fitted = most_probable(competition.patterns, present.seen, start, STRENGTH)
    ordered = in_order(fitted.weights, start, fitted.seen, ordered_levels(seed))
    weights = as_many_accepted(competition.best, start, ordered, accepted_from)
    refused = _too_great_a_change(share_changed(competition.best, start, weights, accepted_from))
    return Lesson(present if refused else replace(fitted, weights=weights), competition.contested, refused)


def _check_compared(connection: duckdb.DuckDBPyConnection) -> None:
    ((pairs,),) = connection.execute("select count(*) from intermediate.int_comparison_vectors").fetchall()
    if not pairs:
        raise UsageError("No two records were compared, so there is nothing to learn from.")


def _too_few_rivals(contested: int) -> str | None:
    if contested >= MIN_CONTESTED:
        return None
    return (
        f"Only {contested} likely matches have a rival in the other list, and {MIN_CONTESTED} are needed. Without "
        "labels, nothing else tells a match from two places alike. Label some pairs instead: trigpoint label."
    )


def _too_great_a_change(changed: float) -> str | None:
    if changed <= MAX_CHANGED:
        return None
    return (
        f"The learned weights would decide otherwise about {changed:.1%} of the accepted pairs. More than "
        f"{MAX_CHANGED:.0%} is more than rivals alone can justify. Label some pairs instead: trigpoint label."
    )


def unchanged(patterns: Sequence[Pattern], start: Levels) -> FittedWeights:
    """The present weights, with the data that were looked at."""
    matches, pairs = sum(pattern.matches for pattern in patterns), sum(pattern.pairs for pattern in patterns)
    return FittedWeights(dict(start), pairs, matches, 0, pairs_by_level(patterns), frozenset())


def as_many_accepted(patterns: Sequence[Pattern], start: Levels, weights: Levels, accepted_from: float) -> Levels:
    """The same weights, with the prior that accepts as many pairs as the start weights do."""
    accepted = sum(p.pairs for p in patterns if weight_of_levels(p.levels, start) >= accepted_from)
    weighed = sorted(((weight_of_levels(p.levels, weights), p.pairs) for p in patterns), reverse=True)
    last = first_left_out = weighed[0][0] if weighed else accepted_from
    for weight, pairs in weighed:
        first_left_out = weight
        if accepted <= 0:
            break
        last, accepted = weight, accepted - pairs
    return {**weights, PRIOR: weights[PRIOR] + accepted_from - (last + first_left_out) / 2}


def share_changed(patterns: Sequence[Pattern], one: Levels, other: Levels, accepted_from: float) -> float:
    """How many pairs only one of the two accepts, as a share of those that the first accepts."""
    accepted = changed = 0.0
    for pattern in patterns:
        before = weight_of_levels(pattern.levels, one) >= accepted_from
        after = weight_of_levels(pattern.levels, other) >= accepted_from
        accepted += pattern.pairs * before
        changed += pattern.pairs * (before != after)
    return changed / accepted if accepted else float(changed > 0)
