"""Finds the flips of a rule in SQL: each comparison, condition, extreme and order, one at a time.

It works on the source text of a model or a macro. It does not change comments, string literals, Jinja, arithmetic, the
values of a `case`, or inner joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

TOKEN = re.compile(
    r"""
      (?P<aside> \{\#.*?\#\} | \{%.*?%\} | --[^\n]* | \s+ )
    | (?P<jinja> \{\{.*?\}\} )
    | (?P<text> '(?:[^']|'')*' )
    | (?P<sign> <= | >= | != | := | => | -> | [^\w\s] )
    | (?P<word> \w+ )
    """,
    re.VERBOSE | re.DOTALL,
)
SWAPPED = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "=": ["!="],
    "!=": ["="],
    "or": ["and"],
    "true": ["false"],
    "false": ["true"],
    "between": ["not between"],
    "like": ["not like"],
    "anti": ["semi"],
    "desc": [""],
}
EXTREMES = [("min", "max"), ("min_by", "max_by"), ("least", "greatest"), ("bool_or", "bool_and")]
CALLS = dict(EXTREMES) | {other: one for one, other in EXTREMES}
QUESTIONS = {"contains", "list_contains", "list_has_any", "regexp_matches", "starts_with"}
CONDITIONS = {"where", "when", "and", "or", "on", "having"}
ENDS = {"", "and", "or", "then", "group", "union", ")", ","}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Flip:
    """A part of a text, possibly empty, and its replacements."""

    start: int
    end: int
    instead: tuple[str, ...]


def flips(sql: str) -> list[Flip]:
    tokens = [
        Token(found.lastgroup or "", found[0], found.start())
        for found in TOKEN.finditer(sql)
        if found.lastgroup != "aside"
    ]
    return sorted({*_flips(tokens), *_orders(tokens)}, key=lambda flip: flip.start)


def _flips(tokens: list[Token]) -> Iterator[Flip]:
    words = ["", "", *_words(tokens), "", ""]
    for at, token in enumerate(tokens, start=2):
        last, word, following = words[at - 1 : at + 2]
        start, end, instead = token.start, token.end, list[str]()
        match word:
            case "and":
                instead = ["or"]
            case "is" if following == "not":
                end, instead = tokens[at - 1].end, ["is"]
            case "is":
                instead = ["is not"]
            case "not" if last != "is" and following != "materialized":
                end, instead = tokens[at - 1].start, [""]
            case "in" if following == "(" and last != "not" and words[at - 2] != "for":
                instead = ["not in"]
            case "left" if following == "join":
                instead = ["inner"]
            case "union" if following != "all":
                instead = ["union all"]
            case "distinct" if last in ("select", "("):
                end, instead = tokens[at - 1].start, [""]
            case "nulls" if following == "last":
                end, instead = tokens[at - 1].end, ["nulls first"]
            case _ if word in CALLS and following == "(":
                instead = [CALLS[word]]
            case _ if word in SWAPPED and last != "not":
                instead = SWAPPED[word]
            case _ if last != "not" and ((word in QUESTIONS and following == "(") or _is_condition(words, at)):
                end, instead = start, ["not "]
        if instead:
            yield Flip(start, end, tuple(instead))


def _words(tokens: list[Token]) -> Iterator[str]:
    """The words of the tokens. A literal or Jinja is "?"; the `and` of a `between` is "to", not a condition."""
    is_between = False
    for token in tokens:
        word = token.text if token.kind in ("word", "sign") else "?"
        yield "to" if word == "and" and is_between else word
        is_between = word == "between" or (is_between and word != "and")


def _is_condition(words: list[str], at: int) -> bool:
    """Whether a name alone, `is_expired` or `claims.is_eligible`, is a condition."""
    before, end = words[at - 1], at + 1
    while words[end] == "." and words[end + 1]:
        end += 2
    if not words[at].isidentifier() or words[end] not in ENDS:
        return False
    return (
        before in CONDITIONS
        or words[at - 2 : at] == ["if", "("]
        or (words[end] in ("and", "or") and before in ("(", ","))
    )


def _orders(tokens: list[Token]) -> Iterator[Flip]:
    """A flip to descending for each ascending key of an order."""
    for position, (order, by) in enumerate(pairwise(tokens)):
        if (order.text, by.text) != ("order", "by"):
            continue
        depth, is_done = 0, False
        for last, token in pairwise([*tokens[position + 1 :], Token("sign", ")", -1)]):
            if not depth and token.text in (",", "nulls", "desc", ")"):
                if not is_done and token.text != "desc":
                    yield Flip(last.end, last.end, (" desc",))
                is_done = token.text != ","
                if token.text == ")":
                    break
            depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
