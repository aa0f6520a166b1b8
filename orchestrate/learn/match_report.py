"""How one build scored its pairs: weights by level, their histogram, the hardest decisions; as data and as a page."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from orchestrate.explain.run_report import query_rows
from orchestrate.render.html import (
    Html,
    count_bar,
    distance,
    el,
    figure,
    grid_line,
    number,
    page,
    signed,
    table,
    tick_label,
    ticks,
    weight_bar,
    words,
)
from orchestrate.store.dbt_project import project_vars

HARDEST = 20
MOST_BINS = 80
# What the labels say of two record keys: one place, two, or nothing.
Truth = Callable[[str, str], bool | None]


def log_odds(probability: float) -> float:
    """The match weight that a probability is."""
    return math.log2(probability / (1 - probability))


def read_comparisons(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What two records are compared by, in the order of the table's columns."""
    rows = connection.execute("describe intermediate.int_predictions").fetchall()
    return [name.removesuffix("_level") for (name, *_) in rows if name.endswith("_level")]


def read_weights(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, Any]]:
    """(comparison, level) -> its row of the seed that the build went by, in the seed's order."""
    rows = query_rows(
        connection, "select comparison, level, weight, meaning from seeds.match_weights order by rowid", []
    )
    return {(row["comparison"], row["level"]): row for row in rows}


def build_match_report(connection: duckdb.DuckDBPyConnection, truth: Truth) -> dict[str, Any]:
    """Everything that the page shows of the pairs in this warehouse, the pairs that are hardest to decide judged."""
    threshold = project_vars()["match_threshold"]
    compared_by = read_comparisons(connection)
    blocking = _blocking(connection)
    ((accepted,),) = connection.execute("select count(*) from intermediate.int_matches").fetchall()
    return {
        "version": 1,
        "threshold": threshold,
        "threshold_weight": log_odds(threshold),
        "pairs": {
            **{step: sum(row[step] for row in blocking) for step in ("met", "compared", "scored")},
            "accepted": accepted,  # pairs that only a person joined among them
        },
        "levels": _levels(connection, compared_by),
        "histogram": _histogram(connection, log_odds(threshold)),
        "hardest_accepted": _hardest(connection, compared_by, threshold, truth, is_accepted=True),
        "hardest_rejected": _hardest(connection, compared_by, threshold, truth, is_accepted=False),
        "conflicts": query_rows(
            connection,
            "select reason, count(*) as pairs from intermediate.int_conflicts group by all order by pairs desc, reason",
            [],
        ),
        "blocking": blocking,
    }


def _blocking(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return query_rows(
        connection,
        """
        select
            blocked.blocked_by::varchar as blocked_by,
            count(*) as met,
            count(alike.left_no) as compared,
            count(scored.left_no) as scored,
            count(accepted.left_no) as accepted
        from intermediate.int_candidate_pairs as blocked
        left join intermediate.int_pairs_prefiltered as alike using (left_no, right_no)
        left join intermediate.int_predictions as scored using (left_no, right_no)
        left join intermediate.int_matches as accepted using (left_no, right_no)
        group by blocked.blocked_by order by blocked.blocked_by
        """,
        [],
    )


def _levels(connection: duckdb.DuckDBPyConnection, compared_by: list[str]) -> list[dict[str, Any]]:
    """Each level of each comparison: its weight, and how many pairs reached it. A level no one weighed has none."""
    each = " union all ".join(
        f"select '{comparison}' as comparison, {comparison}_level as level, count(*) as scored, "  # noqa: S608 (columns)
        "count(accepted.left_no) as accepted from intermediate.int_predictions as scored "
        "left join intermediate.int_matches as accepted using (left_no, right_no) group by all"
        for comparison in compared_by
    )
    counts = {(row["comparison"], row["level"]): row for row in query_rows(connection, each, [])}
    weights = read_weights(connection)
    return [
        {
            "comparison": comparison,
            "level": level,
            "weight": weights.get((comparison, level), {}).get("weight"),
            "meaning": weights.get((comparison, level), {}).get("meaning"),
            "scored": counts.get((comparison, level), {}).get("scored", 0),
            "accepted": counts.get((comparison, level), {}).get("accepted", 0),
        }
        for wanted in compared_by
        for comparison, level in dict.fromkeys([*weights, *sorted(counts, key=str)])
        if comparison == wanted
    ]


def _histogram(connection: duckdb.DuckDBPyConnection, threshold_weight: float) -> list[dict[str, Any]]:
    """Pairs by match weight. The threshold lies between two bins, so that each bin is on one side of it."""
    ((least, most),) = connection.execute(
        "select min(match_weight), max(match_weight) from intermediate.int_predictions"
    ).fetchall()
    if least is None:
        return []
    width = max(1, math.ceil((most - least) / MOST_BINS))
    counts = dict(
        connection.execute(
            "select floor((match_weight - $1) / $2)::integer, count(*) from intermediate.int_predictions "
            "where match_weight is not null group by all",
            [threshold_weight, width],
        ).fetchall()
    )
    return [
        {"from": threshold_weight + n * width, "to": threshold_weight + (n + 1) * width, "pairs": counts.get(n, 0)}
        for n in range(min(counts), max(counts) + 1)
    ]


def _hardest(
    connection: duckdb.DuckDBPyConnection, compared_by: list[str], threshold: float, truth: Truth, *, is_accepted: bool
) -> list[dict[str, Any]]:
    """Those accepted with the least weight, or rejected with the most; what a person decided is not hard."""
    rows = query_rows(
        connection,
        f"""
        select
            scored.*, lefts.record_key as left_key, rights.record_key as right_key,
            lefts.entity_name as left_name, rights.entity_name as right_name,
            coalesce(left_entities.entity_id = right_entities.entity_id, false) as is_one_entity
        from intermediate.int_predictions as scored
        {"semi" if is_accepted else "anti"} join intermediate.int_matches as accepted
            on scored.left_no = accepted.left_no and scored.right_no = accepted.right_no
        inner join intermediate.int_match_features as lefts on scored.left_no = lefts.record_no
        inner join intermediate.int_match_features as rights on scored.right_no = rights.record_no
        left join intermediate.int_record_entities as left_entities on lefts.record_key = left_entities.record_key
        left join intermediate.int_record_entities as right_entities on rights.record_key = right_entities.record_key
        where (scored.match_probability >= $1) = $2
        order by scored.match_weight {"asc" if is_accepted else "desc"}, scored.left_no, scored.right_no
        limit {HARDEST}
        """,  # noqa: S608 (words of ours)
        [threshold, is_accepted],
    )
    return [
        {
            **{key: row[key] for key in ("left_key", "left_name", "right_key", "right_name", "metres")},
            "levels": [
                {"comparison": name, "level": row[f"{name}_level"], "weight": row[f"{name}_weight"]}
                for name in compared_by
            ],
            **{key: row[key] for key in ("one_to_one_penalty", "match_weight", "match_probability", "is_one_entity")},
            "is_right": None if (same := truth(row["left_key"], row["right_key"])) is None else same == is_accepted,
        }
        for row in rows
    ]


def match_report_page(report: dict[str, Any], evaluation: dict[str, Any]) -> str:
    """One self-contained page of a match report and the scores of its evaluation."""
    pairs, percent = report["pairs"], f"{report['threshold']:.0%}"
    listed = [*report["hardest_accepted"], *report["hardest_rejected"]]
    is_labelled = any(pair["is_right"] is not None for pair in listed)
    return page(
        f"Match report: {evaluation['evaluated']}",
        el("h1", f"Match report: {evaluation['evaluated']}"),
        el(
            "p",
            f"{evaluation['records']:,} records. {pairs['met']:,} pairs of them met, {pairs['compared']:,} were worth "
            f"comparing, {pairs['scored']:,} were kept, {pairs['accepted']:,} accepted: as one place from a "
            f"probability of {percent}, which is a weight of {signed(report['threshold_weight'])}.",
        ),
        _score_tiles(evaluation),
        el("h2", "Match weights"),
        _histogram_figure(report),
        el("h2", f"The {len(report['hardest_accepted'])} accepted with the least weight"),
        _pairs_table(report["hardest_accepted"]),
        el("h2", f"The {len(report['hardest_rejected'])} rejected with the most weight"),
        _pairs_table(report["hardest_rejected"]),
        el("p", _MARKS if is_labelled else "No label says anything about these pairs.", class_="note"),
        el("h2", "Weights, level by level"),
        el("p", "log2 Bayes factors; +1 doubles the odds of one place. Pairs are those that were kept.", class_="note"),
        _levels_table(report["levels"]),
        el("h2", "Blocking"),
        el("p", "By the first key of the list that two records share.", class_="note"),
        _blocking_table(report["blocking"]),
        el("h2", "Conflicts"),
        _conflicts_table(report["conflicts"]),
    )


_MARKS = (
    "Right and wrong are what the labels say of this decision; a pair that was rejected can be one entity through "
    "other records, and one that was accepted can be kept apart by a conflict."
)


def _score_tiles(evaluation: dict[str, Any]) -> Html:
    tiles = [(name, f"{evaluation[name.lower()]:.4f}") for name in ("precision", "recall", "F1")]
    tiles += [
        ("joined wrongly", f"{evaluation['false_positives']:,}"),
        ("parted wrongly", f"{evaluation['false_negatives']:,}"),
    ]
    return el("div", *(el("div", el("b", value), " ", name, class_="tile") for name, value in tiles), class_="tiles")


def _histogram_figure(report: dict[str, Any]) -> Html:
    bins, threshold = report["histogram"], report["threshold_weight"]
    if not bins:
        return el("p", "No pair was scored.")
    width, height, left, top, bottom = 960, 260, 56, 26, 36
    start, end = min(bins[0]["from"], threshold), max(bins[-1]["to"], threshold)
    most = max(b["pairs"] for b in bins)

    def x(weight: float) -> float:
        return left + (weight - start) / (end - start) * (width - left - 10)

    def y(pairs: float) -> float:
        return height - bottom - pairs / most * (height - top - bottom)

    marks = [
        *(grid_line(left, width - 10, y(tick), f"{tick:,.0f}") for tick in ticks(0, most, 4)),
        *(
            el("text", tick_label(tick), x=x(tick), y=height - bottom + 16, text_anchor="middle")
            for tick in ticks(start, end, 10)
        ),
    ]
    for b in bins:
        told = f"{b['pairs']:,} pairs from {signed(b['from'])} to {signed(b['to'])}"
        marks.append(
            el(
                "rect",
                el("title", told),
                x=f"{x(b['from']) + 1:.1f}",
                y=f"{y(b['pairs']):.1f}",
                width=f"{max(1.0, x(b['to']) - x(b['from']) - 2):.1f}",
                height=f"{height - bottom - y(b['pairs']):.1f}",
                class_="up" if b["from"] >= threshold - 1e-9 else "down",
            )
        )
    at = f"{x(threshold):.1f}"
    marks += [
        el("line", x1=at, x2=at, y1=top - 6, y2=height - bottom, class_="threshold"),
        el("text", f"threshold {signed(threshold)}", x=x(threshold) + 6, y=top - 10, class_="strong"),
        el("text", "rejected", x=x(threshold) - 6, y=top - 10, text_anchor="end"),
        el("text", "match weight, log2", x=width - 10, y=height - 4, text_anchor="end"),
    ]
    return figure(width, height, "Pairs by match weight, with the threshold", marks)


def _pairs_table(pairs: list[dict[str, Any]]) -> Html:
    if not pairs:
        return el("p", "There is none.")
    judged = {None: "", True: el("span", "✓ right", class_="right"), False: el("strong", "✗ wrong", class_="wrong")}
    rows = [
        [
            el("div", el("div", pair["left_name"] or "(no name)"), el("code", pair["left_key"]), class_="record"),
            el("div", el("div", pair["right_name"] or "(no name)"), el("code", pair["right_key"]), class_="record"),
            number(distance(pair["metres"])),
            number(el("b", signed(pair["match_weight"])), el("div", f"{pair['match_probability']:.1%}", class_="note")),
            el("div", *_level_chips(pair), class_="chips"),
            "one" if pair["is_one_entity"] else "two",
            judged[pair["is_right"]],
        ]
        for pair in pairs
    ]
    return table(("record", "record", "apart", "weight", "what it is made of", "entities", "label"), rows)


def _level_chips(pair: dict[str, Any]) -> list[Html]:
    """The levels that weigh something, the heaviest first; silence is left out."""
    told = [(f"{of['comparison']} {words(of['level'])}", of["weight"]) for of in pair["levels"]]
    told += [("competing match", -pair["one_to_one_penalty"])] if pair["one_to_one_penalty"] else []
    heavy = sorted(((label, weight) for label, weight in told if weight), key=lambda step: -abs(step[1]))
    return [
        el("span", f"{label} ", el("b", signed(weight)), class_="chip plus" if weight > 0 else "chip minus")
        for label, weight in heavy
    ]


def _levels_table(levels: list[dict[str, Any]]) -> Html:
    widest = max((abs(level["weight"] or 0) for level in levels), default=1) or 1
    most = max((level["scored"] for level in levels), default=1) or 1
    rows: list[list[Any]] = []
    for comparison, group in groupby(levels, itemgetter("comparison")):
        for place, level in enumerate(group):
            rows.append(
                [
                    el("b", comparison) if place == 0 else "",
                    el("div", words(level["level"]), el("div", level["meaning"] or "", class_="note")),
                    weight_bar(level["weight"], widest),
                    number("not weighed" if level["weight"] is None else signed(level["weight"])),
                    count_bar(level["scored"], most),
                    number(f"{level['scored']:,}"),
                    number(f"{level['accepted']:,}"),
                    number(f"{level['accepted'] / level['scored']:.0%}" if level["scored"] else "–"),
                ]
            )
    return table(("", "level", "against / for", "weight", "", "pairs", "accepted", "share"), rows)


def _blocking_table(blocking: list[dict[str, Any]]) -> Html:
    most = max((row["met"] for row in blocking), default=1)
    rows = [
        [
            words(row["blocked_by"]),
            count_bar(row["met"], most),
            *(number(f"{row[step]:,}") for step in ("met", "compared", "scored", "accepted")),
            number(f"{row['accepted'] / row['met']:.1%}"),
        ]
        for row in blocking
    ]
    return table(("met by", "", "pairs", "compared", "kept", "accepted", "share"), rows)


def _conflicts_table(conflicts: list[dict[str, Any]]) -> Html:
    if not conflicts:
        return el("p", "No two records that accepted pairs connect are in conflict.")
    most = max(row["pairs"] for row in conflicts)
    rows = [[words(row["reason"]), count_bar(row["pairs"], most), number(f"{row['pairs']:,}")] for row in conflicts]
    return table(("two records are kept apart because", "", "pairs"), rows)
