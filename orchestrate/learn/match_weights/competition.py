"""What lists say about their pairs without labels: a list names a place once, so at most one partner is possible.

Each pair across two lists gets the probability that it matches, given its rivals: the pairs that share one of its
records and the other list. A record with two likely partners has at most one, unless the two are twins: records of
one list that match each other. This is what the weights cannot know,
and what they can learn (posterior regularisation, Ganchev and others 2010). Without rivals, nothing is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestrate.learn.match_weights.proposal import PRIOR, Levels
from orchestrate.learn.match_weights.regression import Pattern

# ruff: noqa: S608 (names of columns of ours)
KEPT_WEIGHT = -9.0  # log2; a pair with less is no match, whatever its rivals are
RIVAL_WEIGHT = -4.0  # log2; from here, a pair is a rival that teaches something


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
    _weigh(connection, weights, comparisons, accepted_from)
    connection.execute(_JUDGED)
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
        f"select {levels}, sum(probability order by left_no, right_no), count(*) from judged "
        f"where {which} group by all order by all"
    ).fetchall()
    return [
        Pattern(tuple(zip(comparisons, reached, strict=True)), matches, pairs - matches)
        for *reached, matches, pairs in rows
    ]


def _weigh(
    connection: duckdb.DuckDBPyConnection, weights: Levels, comparisons: Sequence[str], accepted_from: float
) -> None:
    """The pairs across lists that may match, and the twins within a list. Patterns are weighed, so joins are small."""
    connection.execute("create or replace temp table weights (comparison varchar, level varchar, weight double)")
    connection.executemany("insert into weights values (?, ?, ?)", [[*key, value] for key, value in weights.items()])
    levels = ", ".join(f"{comparison}_level" for comparison in comparisons)
    texts = ", ".join(f"{comparison}_level::varchar as {comparison}_level" for comparison in comparisons)
    weighed = " + ".join(f"coalesce({comparison}_weights.weight, 0)" for comparison in comparisons)
    joined = " ".join(
        f"left join weights as {comparison}_weights on {comparison}_weights.comparison = '{comparison}' "
        f"and {comparison}_weights.level = {comparison}_level"
        for comparison in comparisons
    )
    connection.execute(
        f"create or replace temp table weighed as select {levels}, {weights[PRIOR]} + {weighed} as weight "
        f"from (select distinct {texts} from intermediate.int_comparison_vectors) {joined}"
    )
    connection.execute(
        "create or replace temp table pairs_across as select * from ("
        f"select left_no, right_no, left_source, right_source, {texts} from intermediate.int_comparison_vectors "
        f"where is_cross_source) inner join weighed using ({levels}) where weight >= {KEPT_WEIGHT}"
    )
    connection.execute(
        "create or replace temp table twins as with alike as (select left_no, right_no from ("
        f"select left_no, right_no, {texts} from intermediate.int_comparison_vectors where not is_cross_source) "
        f"inner join weighed using ({levels}) where weight >= {accepted_from}) "
        "select left_no as record_no, right_no as twin_no from alike union select right_no, left_no from alike"
    )


# Odds of a pair over the odds of "no partner" and of each rival, on both sides. Twins name one place, so a twin of
# the partner is no rival. A number says when a record came, so either record of a list may be the left one.
_JUDGED = """
create or replace temp table judged as
with partners as (
    select left_no as record_no, right_no as partner_no, right_source as partner_source, weight from pairs_across
    union all
    select right_no as record_no, left_no as partner_no, left_source as partner_source, weight from pairs_across
), rivals as (
    select
        partners.record_no, partners.partner_no,
        sum(pow(2, others.weight) order by others.partner_no) as odds, max(others.weight) as best
    from partners
    inner join partners as others
        on
            partners.record_no = others.record_no
            and partners.partner_source = others.partner_source
            and partners.partner_no != others.partner_no
    anti join twins on partners.partner_no = twins.record_no and others.partner_no = twins.twin_no
    group by all
)
select
    pairs_across.*,
    greatest(of_left.best, of_right.best) as rival,
    coalesce(weight >= rival, true) as is_best,
    pow(2, weight) / (1 + pow(2, weight) + coalesce(of_left.odds, 0) + coalesce(of_right.odds, 0)) as probability
from pairs_across
left join rivals as of_left on left_no = of_left.record_no and right_no = of_left.partner_no
left join rivals as of_right on right_no = of_right.record_no and left_no = of_right.partner_no
"""
