"""Whose? Whether the clause is about somebody else: a neighbour, another branch, the designer of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from extract.folding import fold
from extract.scope.clauses import Clause, parts_before
from extract.scope.cues import Cue

Whose = Literal["ours", "other", "unclear"]
BRANCH = re.compile(
    r"\b(?i:the|our|at|in)\s+((?:[^\W\d_a-z][\w'’-]+\s){1,2})(?:branch|site|practice|location|shop|store|studio|campus|"
    r"office|club|centre|center|venue|restaurant|salon|surgery|clinic|outlet|showroom|bakery|gym)\b"
)
OF_IT = re.compile(r"^\W*(?:its?|their|they|there)\b", re.IGNORECASE)
LEADS = frozenset(["contact", "hours"])


def whose(clause: Clause, kind: str, ours: frozenset[str]) -> Whose:
    """`ours` are the folded words of the place's name, its town and the query."""
    if _is_of_branch(clause, ours) or (kind in LEADS and _is_owned(clause, kind, ours)):
        return "other"
    if kind in ("thing", "feature", "count") and _is_beside(clause):
        return "other"
    if kind == "town" and _is_near_town(clause):
        return "other"
    if kind == "address" and any(
        clause.reaches(cue) and not clause.between(cue).strip(" ,") for cue in clause.cues_before("beside")
    ):
        return "other"
    if kind == "address" and _is_owned(clause, kind, ours):
        return "other"
    return "ours" if kind not in LEADS or _is_plain(clause, ours) else "unclear"


def _is_of_branch(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether it is said of another branch: "The Gorgie branch has parking", or in the sentence after it."""
    said, parts = [clause.before], parts_before(clause)
    part = clause.text[clause.start : clause.target.end]
    while OF_IT.match(part):  # "Its number is": the branch is named in a part before
        part = next(parts, "")
        said.append(part)
    return any(not ours & set(fold(match[1])) for part in said for match in BRANCH.finditer(part))


def _is_owned(clause: Clause, kind: str, ours: frozenset[str]) -> bool:
    """Whether a word before the value names its owner: "Fax:", "website by", "Café open daily"."""
    of_others = {
        "hours": ("owner", "seat", "neighbour", "part"),
        "contact": ("owner", "seat", "neighbour"),
        "address": ("owner", "neighbour"),  # the seat of a company is its address
    }[kind]
    return any(
        not (set(fold(clause.text[cue.start : cue.end])) <= ours) and _is_lead(cue, clause)
        for cue in clause.cues_before(*of_others)
    )


def _is_lead(cue: Cue, clause: Clause) -> bool:
    """Whether no other value is between: "Fax 0131 496 0001, phone 0131 496 0002"."""
    between = clause.between(cue)
    return not re.search(r"\d{3}|@", between) and not clause.turns_between(cue)


def _is_beside(clause: Clause) -> bool:
    for cue in clause.cues_before("beside", "neighbour"):
        is_open = ":" not in clause.between(cue)
        if clause.reaches(cue, *(["own"] if "beside" in cue.kinds else [])) and is_open:
            return True
    return any(
        not clause.turns_between(cue) and "," not in clause.between(cue) and len(clause.between(cue).split()) <= 3
        for cue in clause.cues_after("beside_after")
    )


def _is_near_town(clause: Clause) -> bool:
    """Whether the text says that the place is near the town, not in it."""
    for cue in clause.cues_before("beside", "beside_area", "welcome"):
        if "welcome" in cue.kinds and not clause.between(cue).strip():
            return False
        between = clause.between(cue)
        is_near = "," not in between and len(between.split()) <= 2 and not clause.turns_between(cue, "own")
        if is_near:
            return True
    return False


def _is_plain(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether each word before the value is a plain lead-in, a name or a number. Then nobody else is meant."""
    plain = [(cue.start, cue.end) for cue in clause.cues_before("plain")]
    return all(_is_known(word, clause, plain, ours) for word in re.finditer(r"[^\W\d_][\w'’.-]*", clause.before))


def _is_known(word: re.Match[str], clause: Clause, plain: Iterable[tuple[int, int]], ours: frozenset[str]) -> bool:
    start, end = clause.start + word.start(), clause.start + word.end()
    if any(low <= start and end <= high + 1 for low, high in plain):
        return True
    if set(fold(word[0])) <= ours:
        return True
    is_label = ":" in clause.before[word.end() :] or not clause.before[: word.start()].strip()
    return word[0][0].isupper() and not (is_label and ":" in clause.before)
