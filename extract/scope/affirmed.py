"""Affirmed? Whether the clause denies the value, or only asks for it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from extract.scope.clauses import Clause
from extract.scope.cues import Cue

NO_AFTER = re.compile(r"\s*[:=]?\s*[✗✘❌✖×🚫☒]")
YES_AFTER = re.compile(r"\s*[:=]?\s*[✓✔✅☑]")
NONE_AFTER = re.compile(r"\s*[:=]\s*(?:none|nil|keine|aucune?|ningun[oa]|nessun[oa])\b", re.IGNORECASE)
FREE_OF_IT = re.compile(r"-free\b|\s+free (?:zone|area|house|home)\b", re.IGNORECASE)  # "a wifi-free zone"
ANSWER = re.compile(
    r"\s*(?:[:=?]|\(|[–—-](?=\s)|\bis\b|\bare\b)?\s*(?P<answer>[^\W\d_][\w/ ]{0,20}?)\s*(?=[.,;)|•·!\n]|$)"
)
# The label goes on: "Wheelchair accessible entrance: no", "Parking on site: yes".
REST_OF_A_LABEL = re.compile(r"(?:[^\S\n]+(?:on[ -]site|[^\W\d_][\w'’-]*)){1,2}\s*(?=[:=])", re.IGNORECASE)
LONGEST_ANSWER = 60  # characters
PREPOSITION = re.compile(
    r"\b(?:for|of|to|in|at|on|with|from|by|about|and|we|is|are|was|be|has|have|do|does|will|can|für|pour|para|per)\b",
    re.IGNORECASE,
)
NEW_CLAUSE = re.compile(r"\b(?:we|you|there|is|are|has|have)\b", re.IGNORECASE)
SUBJECT_AND_VERB = re.compile(
    r"\s*(?:[\w'’/-]+\s+){0,5}?(?:is|are|was|were|has|have|can|could|will|would|do|does|may|must|should|ist|sind|est|"
    r"son|è)?\s*$",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """What the clause says of the value, and the position of the words that say it."""

    word: Literal["affirmed", "denied", "asked", "unclear"]
    start: int
    end: int


def affirmed(clause: Clause, *, is_noun: bool = True) -> Said:
    """`is_noun`: the value is a thing, which "no" can deny. A number or hours only "not" can deny."""
    here = clause.target.start, clause.target.end
    answer = _answer(clause)
    if answer is None and clause.is_question:
        return Said("asked" if _is_asked(clause) else "unclear", *here)
    if answer == "no" or FREE_OF_IT.match(clause.after):
        return Said("denied", here[0], here[1] + _length_of_answer(clause))
    if cue := _denial_before(clause, is_noun=is_noun):
        return Said("denied", cue.start, here[1])
    if any(clause.reaches(cue) for cue in clause.cues_before("asked")):
        return Said("asked", *here)
    return Said("affirmed", *here) if answer == "yes" else _predicate(clause)


def _is_asked(clause: Clause) -> bool:
    first = next((cue for cue in clause.cues if cue.kinds & {"question", "asked"}), None)
    return first is not None and not clause.text[clause.start : first.start].strip()


def _answer(clause: Clause) -> Literal["yes", "no"] | None:
    """The answer after a label: "Wi-Fi: no", "Parking - none", "Sauna ✗"."""
    rest = _after_label(clause)
    if NO_AFTER.match(rest) or NONE_AFTER.match(rest):
        return "no"
    if YES_AFTER.match(rest):
        return "yes"
    match = ANSWER.match(rest)
    kind = clause.words.answer(match["answer"]) if match else None
    return "no" if kind == "answer_no" else "yes" if kind == "answer_yes" else None


def _after_label(clause: Clause) -> str:
    """The text after the value, without the words that end its label."""
    rest = clause.text[clause.target.end : clause.target.end + LONGEST_ANSWER]
    label = REST_OF_A_LABEL.match(rest)
    if label is None or PREPOSITION.search(label[0].replace("on site", "").replace("on-site", "")):
        return rest
    is_opaque = any(cue.start < clause.target.end + label.end() for cue in clause.cues_after("opaque", "turn"))
    return rest if is_opaque else rest[label.end() :]


def _length_of_answer(clause: Clause) -> int:
    rest = clause.text[clause.target.end : clause.target.end + LONGEST_ANSWER]
    match = NO_AFTER.match(rest) or FREE_OF_IT.match(rest)
    if match:
        return match.end()
    answer = ANSWER.match(rest)
    return answer.end("answer") if answer else 0


def _denial_before(clause: Clause, *, is_noun: bool) -> Cue | None:
    """The word before the value that denies it."""
    for cue in clause.cues_before("no", "not", "lack"):
        if _is_of_a_name(cue, clause) or not clause.reaches(cue):
            continue
        if "not" in cue.kinds or ("lack" in cue.kinds and not NEW_CLAUSE.search(clause.between(cue))):
            return cue
        if is_noun and "no" in cue.kinds and _is_one_noun(cue, clause):
            return cue
    return None


def _is_of_a_name(cue: Cue, clause: Clause) -> bool:
    """Whether the word belongs to a name in the title: "No Limits Gym"."""
    written = clause.text[cue.start : cue.end]
    return clause.is_titled and written[:1].isupper() and clause.text[cue.end : cue.end + 2].strip().isupper()


def _is_one_noun(cue: Cue, clause: Clause) -> bool:
    """Whether "no" denies the value itself: "no free parking", not "no charge for parking", not "no parking fines"."""
    if any(c.start == clause.target.end + 1 for c in clause.cues_after("opaque")):
        return False
    through = [c for c in clause.cues_before("through") if c.start >= cue.end]
    between = clause.text[through[0].end : clause.target.start] if through else clause.between(cue)
    return not PREPOSITION.search(between)


# "Pool closed for refurbishment", "Piscina fechada para obras". "Closed on Mondays" says when it is open.
CLOSED_NOW = re.compile(
    r"^\W*(?:(?:is|are|currently|temporarily|est|ist|è|está|is|är|er|zurzeit|derzeit|vorübergehend|momentan|"
    r"actuellement|"
    r"temporairement|temporalmente|tijdelijk|momenteel|tillfälligt|midlertidig[t]?) )*"
    r"(?:closed|shut|fermée?s?|geschlossen|gesperrt|cerrad[oa]s?|chius[oaei]|fechad[oa]s?|encerrad[oa]s?|"
    r"gesloten|stängd?|"
    r"stängt|lukket|stengt|zamknięt[aye]|nieczynn[aye]|zavřen[oýá]?|suljettu|zárva|închis[ăe]?|zatvoren[oa]?|kapalı)"
    r"(?=\s*(?:[.;|!)]|$|(?:for|until|due|while|pour|jusqu|wegen|bis|para|por|hasta|per|fino|voor|wegens|tot|"
    r"på grund|för|på|pga|"
    r"z powodu|kvůli|z důvodu)\b))",
    re.IGNORECASE,
)


def _predicate(clause: Clause) -> Said:
    """What the predicate says: "parking is not available" denies it, "parking is not free" does not."""
    here = clause.target.start, clause.target.end
    if CLOSED_NOW.match(clause.after):  # it is there, but not now: neither yes nor no
        return Said("asked", *here)
    for cue in clause.cues_after("not", "denied", "shut", "turn"):
        between = clause.between(cue)
        if "," in between or "turn" in cue.kinds:
            break
        if "denied" in cue.kinds:
            return Said("denied", here[0], cue.end)
        if "shut" in cue.kinds:
            return Said("unclear", *here)
        if SUBJECT_AND_VERB.match(between):
            return Said("unclear", *here) if _is_of_quality(cue, clause) else Said("denied", here[0], cue.end)
    return Said("affirmed", *here)


def _is_of_quality(cue: Cue, clause: Clause) -> bool:
    """Whether only a quality is denied: "parking is not free"."""
    rest = next((c for c in clause.cues if c.start >= cue.end and "quality" in c.kinds), None)
    return rest is not None and not clause.text[cue.end : rest.start].strip(" a")
