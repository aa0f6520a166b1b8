"""The page of two records that `explain_pair` explains, with its score as a waterfall."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from orchestrate.explain.pair import FIELDS
from orchestrate.render.html import (
    Html,
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


def explain_pair_page(told: dict[str, Any]) -> str:
    """One self-contained page of what `explain_pair` told."""
    left, right = told["left"], told["right"]
    names = f"{left['entity_name']} / {right['entity_name']}"
    parts = [
        el("h1", names),
        el("p", told["verdict"], class_="verdict" if told["is_one_entity"] else "verdict apart"),
        *_decisions(told),
        el("h2", "The two records"),
        _records_table(left, right),
        el("p", *_meeting_line(told)),
    ]
    if told["score"]:
        parts += [el("h2", "The score"), _waterfall(told), _steps_table(told)]
    if told["path"]:
        parts += [el("h2", "The shortest chain of accepted pairs"), _path_table(told["path"])]
    if told["conflicts_between"]:
        parts += [el("h2", "Conflicts between the two entities"), _conflicts_table(told["conflicts_between"])]
    return page(f"{names}: one place or two?", *parts)


def _decisions(told: dict[str, Any]) -> list[Html]:
    override = told["override"]
    if not override:
        return [el("p", "No person has decided about this pair.", class_="note")]
    who = " ".join(str(part) for part in (override["author"], override["decided_on"]) if part)
    return [el("p", f"A person decided: {words(override['decision'])}. {override['reason'] or ''} ({who})")]


def _records_table(left: dict[str, Any], right: dict[str, Any]) -> Html:
    rows = [[el("b", words(field)), left[field] or "–", right[field] or "–"] for field in FIELDS]
    rows.append([el("b", "entity"), *(el("code", record["entity_id"] or "none") for record in (left, right))])
    return table(("", left["record_key"], right["record_key"]), rows)


def _meeting_line(told: dict[str, Any]) -> list[object]:
    apart = "" if told["metres"] is None else f" They stand {distance(told['metres'])} apart."
    return [told["meeting"]["sentence"], apart]


def score_steps(told: dict[str, Any]) -> list[tuple[str, str, float | None, str]]:
    """What adds up to the match weight: what is compared, its level, its weight, and what that means."""
    score = told["score"]
    steps = [
        (step["comparison"], "" if step["comparison"] == "prior" else words(step["level"]), step["weight"],
         step["meaning"] or "")
        for step in score["steps"]
    ]  # fmt: skip
    if score["one_to_one_penalty"]:
        fits = [f"{r['record_key']} ({r['entity_name']}) fits {r['of']} better" for r in score["competing_matches"]]
        steps.append(("competing match", "", -score["one_to_one_penalty"], "; ".join(fits)))
    return steps


def _steps_table(told: dict[str, Any]) -> Html:
    score, steps = told["score"], score_steps(told)
    widest = max((abs(weight or 0) for _, _, weight, _ in steps), default=1) or 1
    rows: list[list[object]] = [
        [
            el("b", what),
            level,
            weight_bar(weight, widest),
            number("not weighed" if weight is None else signed(weight)),
            el("span", meaning, class_="note"),
        ]
        for what, level, weight, meaning in steps
    ]
    accepted = f"accepted from {told['threshold']:.0%}, a weight of {signed(told['threshold_weight'])}"
    total = el("b", signed(score["match_weight"]))
    rows.append([el("b", "total"), f"{score['match_probability']:.2%} likely", "", number(total), accepted])
    return table(("", "level", "against / for", "log2", "meaning"), rows)


def _path_table(path: list[dict[str, Any]]) -> Html:
    rows = [
        [
            *(el("div", el("div", link[f"{end}_name"]), el("code", link[f"{end}_key"])) for end in ("from", "to")),
            words(link["matched_by"]),
            number(signed(link["match_weight"])),
            number(f"{link['match_probability']:.1%}"),
        ]
        for link in path
    ]
    return table(("record", "record", "met by", "weight", "probability"), rows)


def _conflicts_table(conflicts: list[dict[str, Any]]) -> Html:
    rows = [[el("code", row["left_key"]), el("code", row["right_key"]), words(row["reason"])] for row in conflicts]
    return table(("record", "record", "kept apart because"), rows)


def _waterfall(told: dict[str, Any]) -> Html:
    """Each step starts where the one before it ended; the last column is their sum."""
    steps, total, threshold = score_steps(told), told["score"]["match_weight"], told["threshold_weight"]
    heights = [0.0]
    for _, _, weight, _ in steps:
        heights.append(heights[-1] + (weight or 0))
    least, most = min(*heights, total, threshold), max(*heights, total, threshold)
    width, height, left, right, top, bottom = 1020, 410, 44, 84, 24, 96
    column = (width - left - right) / (len(steps) + 1)
    room = (most - least) or 1

    def y(weight: float) -> float:
        return top + (most - weight) / room * (height - top - bottom)

    marks = [grid_line(left, width - right, y(tick), tick_label(tick)) for tick in ticks(least, most, 6)]
    bars = [
        (what, level, start, end, "plain" if what == "prior" or not weight else "up" if weight > 0 else "down", weight)
        for (what, level, weight, _), (start, end) in zip(steps, pairwise(heights), strict=True)
    ]
    bars.append(("total", f"{told['score']['match_probability']:.1%}", 0.0, total, "plain", total))
    for place, (what, level, start, end, kind, weight) in enumerate(bars):
        x = left + place * column
        high, low = y(max(start, end)), y(min(start, end))
        told_step = "not weighed" if weight is None else signed(weight)
        title = el("title", f"{what} {level}: {told_step}")
        size = {"width": f"{column - 14:.1f}", "height": f"{max(low - high, 1.5):.1f}"}
        marks.append(el("rect", title, x=f"{x + 7:.1f}", y=f"{high:.1f}", **size, class_=kind))
        if place < len(steps):
            marks.append(el("line", x1=f"{x + 7:.1f}", x2=f"{x + column + 7:.1f}", y1=y(end), y2=y(end), class_="link"))
        middle = f"{x + column / 2:.1f}"
        marks.append(
            el("text", told_step, x=middle, y=f"{low + 14 if end < start else high - 5:.1f}", text_anchor="middle")
        )
        marks.append(el("text", what, x=middle, y=height - bottom + 36, text_anchor="middle", class_="strong"))
        marks += [
            el("text", line, x=middle, y=height - bottom + 51 + 13 * row, text_anchor="middle")
            for row, line in enumerate(_wrapped(level, int(column / 7)))
        ]
    at = f"{y(threshold):.1f}"
    marks.append(el("line", x1=left, x2=width - right, y1=at, y2=at, class_="threshold"))
    marks += [
        el("text", line, x=width - right + 8, y=f"{y(threshold) + below:.1f}", class_="strong")
        for line, below in (("threshold", -2), (f"{told['threshold']:.0%}", 13))
    ]
    return figure(width, height, "The score, step by step, with the threshold", marks)


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]
