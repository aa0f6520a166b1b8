"""Learns match weights from labelled pairs. It proposes a change of the seed and makes none.

The prior around each weight keeps the change small if there are few labels. The seed's weights come from such a
regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.learning.tuning import MatchTuning
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import PAIR_COLUMNS, build_models, load_records, scratch_warehouse
from orchestrate.learn.match_weights.expected import (
    Clustered,
    copied,
    expected_rise,
    joined_with,
    read_clustered,
)
from orchestrate.learn.match_weights.held_out import promise_of
from orchestrate.learn.match_weights.proposal import FittedWeights, Levels, comparisons_of, propose, read_weights
from orchestrate.learn.match_weights.regression import Pattern, Strength, most_probable, pairs_by_level
from orchestrate.learn.match_weights.unlabelled import lesson_of_rivals
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import weight_of
from orchestrate.store.seed_proposal import what_was_built
from orchestrate.store.warehouse import Warehouse

# Found by leaving out one labelled set at a time: over repeated draws of 50 answers, their gain is greatest.
STRENGTH = Strength(sd=0.7, prior_sd=0.7, min_pairs=1)
MATCHING_LABELS = ("1", "true", "yes")
OTHER_LABELS = ("0", "false", "no")
# Without the apostrophe that keeps a spreadsheet from taking an id for a formula.
_ID = "regexp_replace({}, '^''([\\s=+@＝＋－＠-])', '\\1')"

# The keys of the records that a pair may name.
_BUILT = "select record_key from intermediate.int_records"
_LANDED = "select source_name || ':' || source_record_id from raw.lists"


@dataclass(frozen=True)
class LabelledSet:
    """The labelled pairs of one set of records, and what its rivals teach without them."""

    patterns: list[Pattern]
    never_compared: int  # pairs that are no candidate pairs: they teach nothing
    by_rivals: Levels
    clustered: Clustered | None = None  # None: no promise of F1 is asked for, or there are too many pairs


async def tune_labelled(sets: Sequence[tuple[Path, Path]], seed: Path) -> MatchTuning:
    """Learn weights from the records and labelled pairs of each set. Returns a proposal for `seed`.

    Raises UsageError for an unusable file, or for labels without matches or without non-matches.
    """
    if len(sets) > 1:
        return propose_labelled(seed, [await _read_records(records, pairs, seed) for records, pairs in sets])
    ((records, pairs),) = sets
    async with scratch_warehouse() as (warehouse, dbt):
        await _build(warehouse, dbt, records, pairs, "matching")
        labelled = _read_set(warehouse.connection, seed, with_clusters=True)
        warehouse.close()
        return await _with_promise(propose_labelled(seed, [labelled]), labelled, warehouse.path)


async def tune_answers(warehouse: Path, pairs: Path, seed: Path, *, with_promise: bool = True) -> MatchTuning:
    """Learn weights from labelled pairs of the records that the last build of `warehouse` compared.

    The promise of F1 needs a build with the learned weights, in a copy of the warehouse.
    """
    with what_was_built(warehouse, "No pair of records has been compared yet. Run a query first.") as connection:
        read_answers(connection, pairs)
        labelled = _read_set(connection, seed, with_clusters=with_promise)
        proposed = propose_labelled(seed, [labelled])
        if labelled.clustered is None:
            return proposed
    with copied(warehouse) as copy:
        return await _with_promise(proposed, labelled, copy)


async def _with_promise(proposed: MatchTuning, labelled: LabelledSet, warehouse: Path) -> MatchTuning:
    """The proposal with the expected rise of F1. Builds with the proposed weights in `warehouse`."""
    if labelled.clustered is None:
        return proposed
    after = await joined_with(proposed.seed, warehouse)
    rise = expected_rise(labelled.clustered, after, labelled.patterns, labelled.by_rivals)
    return proposed.model_copy(
        update={
            "f1_rise": round(rise.mean, 3),
            "f1_rise_low": round(rise.low, 3),
            "f1_rise_high": round(rise.high, 3),
        }
    )


def propose_labelled(seed: Path, sets: Sequence[LabelledSet]) -> MatchTuning:
    """The labels of one set add to what its rivals teach. Those of several sets are for every list."""
    present = read_weights(seed)
    start = sets[0].by_rivals if len(sets) == 1 else present
    patterns = [each.patterns for each in sets]
    learned = learn_labelled(patterns, start)
    least = weight_of(project_vars()["match_threshold"])
    promise = promise_of(patterns, present, least, lambda some: learn_labelled(some, start))
    held = frozenset(level for level in learned.held if start[level] == present[level])
    return propose(seed, replace(learned, held=held)).model_copy(
        update={
            "sets": len(sets),
            "matches": round(learned.matches),
            "never_compared": sum(each.never_compared for each in sets),
            "right_now": promise.now if promise else None,
            "right_held_out": promise.held_out if promise else None,
        }
    )


async def _read_records(records: Path, pairs: Path, seed: Path) -> LabelledSet:
    async with scratch_warehouse() as (warehouse, dbt):
        await _build(warehouse, dbt, records, pairs, "comparisons")
        return _read_set(warehouse.connection, seed)


async def _build(warehouse: Warehouse, dbt: DbtProcess, records: Path, pairs: Path, selector: str) -> None:
    """Build the records of a file, and read the answers."""
    load_records(warehouse.connection, records, utc_now())
    read_answers(warehouse.connection, pairs, _LANDED)  # before the build, so that a fault in the file shows early
    await build_models(warehouse, dbt, f"--selector={selector}")
    read_answers(warehouse.connection, pairs, _LANDED)  # again, because the build closes the connection


def _read_set(connection: duckdb.DuckDBPyConnection, seed: Path, *, with_clusters: bool = False) -> LabelledSet:
    comparisons = comparisons_of(read_weights(seed))
    patterns, never_compared = read_patterns(connection, comparisons)
    by_rivals = lesson_of_rivals(connection, seed).learned.weights
    clustered = read_clustered(connection, comparisons) if with_clusters else None
    return LabelledSet(patterns, never_compared, by_rivals, clustered)


def read_answers(connection: duckdb.DuckDBPyConnection, path: Path, known: str = _BUILT) -> None:
    """Read the pairs that have a label into the temporary table `labelled_pairs`: left_key, right_key, is_match.

    Raises UsageError for a file with other columns, a label that is no answer, or a record that is not known.
    """
    _read_csv(connection, path)
    connection.execute(
        "create or replace temp table labelled_pairs as "  # noqa: S608 (names of columns of ours)
        f"select left_source || ':' || {_ID.format('left_id')} as left_key, "
        f"right_source || ':' || {_ID.format('right_id')} as right_key, lower(trim(label)) as label, "
        "lower(trim(label)) in (select unnest(?)) as is_match from answers where trim(label) != ''",
        [list(MATCHING_LABELS)],
    )
    _check_labels(connection, path)
    ((unknown,),) = connection.execute(
        f"select count(*) from labelled_pairs where left_key not in ({known}) or right_key not in ({known})"  # noqa: S608
    ).fetchall()
    if unknown:
        raise UsageError(f"{path}: {unknown} pairs name a record that is not among the compared ones.")


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the file into the temporary table `answers`, every column as text."""
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    try:
        connection.execute(
            "create or replace temp table answers as from read_csv(?, header = true, all_varchar = true)", [str(path)]
        )
    except duckdb.Error as error:
        raise UsageError(f"{path} cannot be read as CSV: {str(error).splitlines()[0]}") from None
    found = {name for (name, *_) in connection.execute("describe answers").fetchall()}
    if missing := [column for column in PAIR_COLUMNS if column not in found]:
        raise UsageError(f"{path} lacks the columns {', '.join(missing)}. It needs {', '.join(PAIR_COLUMNS)}.")


def _check_labels(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    unread = connection.execute(
        "select min(label) from labelled_pairs where label not in (select unnest(?)) having count(*) > 0",
        [[*MATCHING_LABELS, *OTHER_LABELS]],
    ).fetchall()
    if unread:
        raise UsageError(
            f"{path}: the label {unread[0][0]} is no answer. Write 1 for one place, 0 for two, or nothing."
        )


def read_patterns(connection: duckdb.DuckDBPyConnection, comparisons: list[str]) -> tuple[list[Pattern], int]:
    levels = [f"compared.{comparison}_level::varchar" for comparison in comparisons]
    rows = connection.execute(
        f"select compared.left_no is not null, {', '.join(levels)}, "  # noqa: S608 (names of columns of ours)
        "count(*) filter (where is_match), count(*) filter (where not is_match) from labelled_pairs as pairs "
        "left join intermediate.int_match_features as one on pairs.left_key = one.record_key "
        "left join intermediate.int_match_features as other on pairs.right_key = other.record_key "
        "left join intermediate.int_comparison_vectors as compared "
        "on compared.left_no = least(one.record_no, other.record_no) "
        "and compared.right_no = greatest(one.record_no, other.record_no) group by all order by all"
    ).fetchall()
    patterns = [
        Pattern(tuple(zip(comparisons, reached, strict=True)), matches, others)
        for is_compared, *reached, matches, others in rows
        if is_compared
    ]
    return patterns, sum(matches + others for is_compared, *_, matches, others in rows if not is_compared)


def learn_labelled(sets: Sequence[Sequence[Pattern]], start: Levels, strength: Strength = STRENGTH) -> FittedWeights:
    """The most probable weights, given the labels and the prior around the present weights. All sets count equally."""
    every = [pattern for patterns in sets for pattern in patterns]
    matches, pairs = sum(pattern.matches for pattern in every), sum(pattern.pairs for pattern in every)
    if not 0 < matches < pairs:
        raise UsageError(
            "These labels are not enough to learn from: the compared pairs must include matches and non-matches, "
            f"but {matches:.0f} of {pairs:.0f} match."
        )
    fitted = most_probable(_weigh(sets, pairs), pairs_by_level(every), start, strength)
    return FittedWeights(fitted.weights, pairs, matches, fitted.iterations, fitted.seen, fitted.held)


def _weigh(sets: Sequence[Sequence[Pattern]], pairs: float) -> list[Pattern]:
    """All patterns. Each set is scaled to the average number of pairs of the sets."""
    weighed = []
    for patterns in sets:
        held = sum(pattern.pairs for pattern in patterns)
        scale = pairs / len(sets) / held if held else 0.0
        weighed += [Pattern(p.levels, p.matches * scale, p.others * scale) for p in patterns]
    return weighed
