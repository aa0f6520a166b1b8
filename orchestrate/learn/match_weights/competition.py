"""What lists say about their pairs without labels: a list names a place once, so at most one partner is possible.

Each pair across two lists gets the probability that it matches, given its rivals: the pairs that share one of its
records and the other list. A record with two likely partners has at most one. This is what the weights cannot know,
and what they can learn (posterior regularisation, Ganchev and others 2010). Without rivals, nothing is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestrate.learn.match_weights.proposal import PRIOR, Levels
from orchestrate.learn.match_weights.regression import Pattern

KEPT_WEIGHT = -9.0  # log2; a pair with less is no match, whatever its rivals are
RIVAL_WEIGHT = -4.0  # log2; from here, a pair is a rival that teaches something
CLEAR_LEAD = 2.0  # log2; the pair is the best of both records, and every rival has less by this much
CLEAR_BONUS = 1.0  # log2; how much more likely a pair with a clear lead is than its weight alone says


@dataclass(frozen=True)
class Competition:
    """The pairs across lists as patterns, with the matches that their rivals leave."""

    patterns: list[Pattern]
    best: list[Pattern]  # only the pairs that are the best of both records: what one-to-one matching decides about
    contested: int  # likely matches with a rival


def read_competition(
    connection: duckdb.DuckDBPyConnection, weights: Levels, comparisons: Sequence[str], accepted_from: float
) -> Competition:
    """Judge the pairs of `intermediate.int_comparison_vectors` by their rivals under these weights."""
    _weigh(connection, weights, comparisons)
    connection.execute(_JUDGED, {"lead": CLEAR_LEAD, "bonus": CLEAR_BONUS})
    ((contested,),) = connection.execute(
        "select count(*) from judged where is_best and weight >= ? and rival >= ?", [accepted_from, RIVAL_WEIGHT]
    ).fetchall()
    return Competition(
        patterns=_patterns(connection, comparisons, "true"),
        best=_patterns(connection, comparisons, "is_best"),
        contested=contested,
    )


def _patterns(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[str], which: str) -> list[Pattern]:
    levels = ", ".join(f"{comparison}_level" for comparison in comparisons)
    rows = connection.execute(
        f"select {levels}, sum(probability order by left_no, right_no), count(*) from judged "  # noqa: S608 (our names)
        f"where {which} group by all order by all"
    ).fetchall()
    return [
        Pattern(tuple(zip(comparisons, reached, strict=True)), matches, pairs - matches)
        for *reached, matches, pairs in rows
    ]


def _weigh(connection: duckdb.DuckDBPyConnection, weights: Levels, comparisons: Sequence[str]) -> None:
    """The pairs across lists that may match, with their weight. Patterns are weighed, so that joins are small."""
    connection.execute("create or replace temp table weights (comparison varchar, level varchar, weight double)")
    connection.executemany("insert into weights values (?, ?, ?)", [[*key, value] for key, value in weights.items()])
    levels = ", ".join(f"{comparison}_level" for comparison in comparisons)
    weighed = " + ".join(f"coalesce({comparison}_weights.weight, 0)" for comparison in comparisons)
    joined = " ".join(
        f"left join weights as {comparison}_weights on {comparison}_weights.comparison = '{comparison}' "
        f"and {comparison}_weights.level = {comparison}_level"
        for comparison in comparisons
    )
    connection.execute(
        "create or replace temp table pairs_across as select * from ("  # noqa: S608 (names of columns of ours)
        "select left_no, right_no, left_source, right_source, "
        f"{', '.join(f'{c}_level::varchar as {c}_level' for c in comparisons)} "
        "from intermediate.int_comparison_vectors where is_cross_source) "
        f"inner join (select {levels}, {weights[PRIOR]} + {weighed} as weight from ("
        f"select distinct {', '.join(f'{c}_level::varchar as {c}_level' for c in comparisons)} "
        f"from intermediate.int_comparison_vectors where is_cross_source) {joined}) using ({levels}) "
        f"where weight >= {KEPT_WEIGHT}"
    )


# Odds of a pair over the odds of "no partner" and of each rival, on both sides. A pair with a clear lead is more
# likely than its weight says.
_JUDGED = """
create or replace temp table judged as
with of_left as (
    select
        left_no, right_source, sum(pow(2, weight) order by right_no) as odds, max(weight, 2) as best
    from pairs_across group by all
), of_right as (
    select
        right_no, left_source, sum(pow(2, weight) order by left_no) as odds, max(weight, 2) as best
    from pairs_across group by all
), compared as (
    select
        pairs_across.*,
        weight = of_left.best[1] and weight = of_right.best[1] as is_best,
        greatest(of_left.best[2], of_right.best[2]) as rival,
        pow(2, weight) / (1 + of_left.odds + of_right.odds - pow(2, weight)) as share
    from pairs_across
    inner join of_left using (left_no, right_source)
    inner join of_right using (right_no, left_source)
)
select
    *,
    if(
        is_best and coalesce(rival < weight - $lead, true),
        1 / (1 + pow(2, -weight - $bonus)),
        share
    ) as probability
from compared
"""
