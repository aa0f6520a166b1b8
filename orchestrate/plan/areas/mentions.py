"""Where a query names areas: phrases of its words, by their position and by the words around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extract.folding import fold
from orchestrate.plan.areas.candidates import Atlas, Candidate, Phrase
from orchestrate.plan.areas.gazetteer import phrases_of

LONGEST_NAME = 6  # words
BEFORE_AN_AREA = frozenset(["in", "near", "nearby", "nearest", "around", "at"])
CLOSE_TO = frozenset([("close", "to"), ("next", "to"), ("nearest", "to")])
JOINING = frozenset(["in", "of", "the"])  # "Paris in Texas"
# With one of these words, a town at the start is part of a name: "Hamilton Tennis Club".
NAME_MAKERS = frozenset(fold("club centre center society academy school hall arms house hotel inn college university"))
# A town before one of these words, or behind one of the others, is a street: "cork street", "rue de Lyon".
STREETS_BEHIND = frozenset(
    fold("street st road rd avenue ave lane drive terrace crescent square quay wynd straße straat platz weg allee gate")
)
STREETS_BEFORE = frozenset(fold("rue calle via avenida rua avenue boulevard place plaza piazza"))
OF_STREETS = frozenset(fold("de del della di du da des of la"))
# A phrase without "in" is an area only if it is known well, because almost every word is the name of some village.
PEOPLE_OF_A_KNOWN_TOWN, PEOPLE_OF_A_KNOWN_TOWN_AT_HOME, PEOPLE_OF_A_TOWN_BY_ANOTHER_NAME = 15_000, 1_000, 50_000
PEOPLE_OF_A_TOWN_THAT_IS_A_WORD = 50_000  # bath, reading


@dataclass(frozen=True)
class OtherWords:
    """Which phrases mean something else than an area."""

    is_word: Callable[[Phrase], bool]  # for a kind of place, such as `bar`
    is_wanted: Callable[[Phrase], bool]  # a kind of place or a brand, and no word such as `the`
    is_brand: Callable[[Phrase], bool]  # of several words, such as `bank of scotland`


@dataclass(frozen=True)
class Mention:
    """A phrase of the query that names areas: words[start:end]."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]

    @property
    def is_home(self) -> bool:
        return any(candidate.is_home for candidate in self.candidates)

    @property
    def width(self) -> int:
        return self.end - self.start


class Mentions:
    """The areas that a query may name."""

    def __init__(self, words: Sequence[str], taken: Sequence[bool], atlas: Atlas, other: OtherWords) -> None:
        self.words, self.atlas, self.is_word = tuple(words), atlas, other.is_word
        self._is_wanted = other.is_wanted
        spans = [span for span in phrases_of(self.words, LONGEST_NAME) if not any(taken[slice(*span)])]
        known = atlas.find({self.words[start:end] for start, end in spans})
        self._word_spans = [
            (start, end) for start, end in phrases_of(self.words, LONGEST_NAME) if other.is_word(self.words[start:end])
        ]
        self._brand_spans = [
            (start, end) for start, end in phrases_of(self.words, LONGEST_NAME) if other.is_brand(self.words[start:end])
        ]
        found = [
            Mention(start, end, tuple(known[self.words[start:end]]))
            for start, end in spans
            if self.words[start:end] in known
        ]
        usable = [mention for one in found if (mention := self._usable(one, found))]
        sure = [m for m in usable if not self._is_part_of_a_word(m) and not self._is_doubtful(m, usable)]
        self.found = _without_parts(sure)

    def _usable(self, mention: Mention, found: Sequence[Mention]) -> Mention | None:
        """Without the candidates that this place in the query rules out."""
        kept = tuple(c for c in mention.candidates if c.form != "code" or self._is_code(c, mention, found))
        kept = tuple(c for c in kept if (c.is_seed and c.parent) or not self._is_street(mention))
        return replace(mention, candidates=kept) if kept else None

    def _is_part_of_a_word(self, mention: Mention) -> bool:
        """Centre in "leisure centre", or a word of streets, without a word such as `in` before it."""
        if mention.is_home or self.is_behind_in(mention):
            return False
        words = self.words[mention.start : mention.end]
        overlaps = self._overlapping(mention)
        longer = overlaps + _over(mention, self._brand_spans)
        is_part = any(end - start > mention.width for start, end in longer)
        return (
            is_part
            or NAME_MAKERS.union(STREETS_BEHIND).issuperset(words)
            or (bool(overlaps) and not self.is_known_well(mention))
        )

    def _is_doubtful(self, mention: Mention, found: Sequence[Mention]) -> bool:
        """A name that holds an area which is known well: a village as "boston bar", an alias as "naples florida"."""
        if mention.width == 1 or mention.is_home or self.is_known_well(mention):
            return False
        words = self.words[mention.start : mention.end]
        has_word = any(self.is_word((word,)) or word in NAME_MAKERS for word in words)
        has_word = has_word or all(candidate.form != "own" for candidate in mention.candidates)
        parts = [m for m in found if m.width < mention.width and mention.start <= m.start and m.end <= mention.end]
        return any(part.is_home or (has_word and self.is_known_well(part)) for part in parts)

    def _is_code(self, candidate: Candidate, mention: Mention, found: Sequence[Mention]) -> bool:
        """A code of a state is at the end, behind a town of it: "springfield il". An airport's is behind "near"."""
        if candidate.kind == "airport":
            return self.is_behind_in(mention)
        if mention.end != len(self.words):
            return False
        return any(c.is_in(candidate) for other in found if other.end == mention.start for c in other.candidates)

    def _is_street(self, mention: Mention) -> bool:
        following = self.words[mention.end : mention.end + 1]
        if following and following[0] in STREETS_BEHIND:
            return True
        before = [word for word in self.words[max(mention.start - 3, 0) : mention.start] if word not in OF_STREETS]
        return bool(before) and before[-1] in STREETS_BEFORE

    def is_behind_in(self, mention: Mention) -> bool:
        before = self.words[max(mention.start - 2, 0) : mention.start]
        return before[-1:] != () and (before[-1] in BEFORE_AN_AREA or before in CLOSE_TO)

    def is_behind_what_is_wanted(self, start: int) -> bool:
        """Whether a kind of place or a brand is named before this word."""
        return any(self._is_wanted(self.words[a:b]) for a, b in phrases_of(self.words[:start], LONGEST_NAME))

    def is_known_well(self, mention: Mention) -> bool:
        """Whether the phrase is an area where no word says so."""
        if overlapping := self._overlapping(mention):
            return len(overlapping) < len(self._word_spans) and any(
                c.form == "own" and c.weight >= PEOPLE_OF_A_TOWN_THAT_IS_A_WORD for c in mention.candidates
            )
        return any(c.is_seed or self._is_big(c) for c in mention.candidates)

    def is_beside_home(self, mention: Mention) -> bool:
        """Whether it counts beside an area of the seed: "west end boston", but not "alien rock leith"."""
        if any(candidate.is_seed for candidate in mention.candidates) or self.is_behind_in(mention):
            return True
        is_town = any(self._is_big(c) and c.weight >= PEOPLE_OF_A_KNOWN_TOWN for c in mention.candidates)
        return is_town and not self._overlapping(mention)

    def _overlapping(self, mention: Mention) -> list[tuple[int, int]]:
        return _over(mention, self._word_spans)

    def _is_big(self, candidate: Candidate) -> bool:
        if candidate.form != "own":
            return candidate.weight >= PEOPLE_OF_A_TOWN_BY_ANOTHER_NAME
        is_at_home = candidate.area.country == self.atlas.home.country
        return candidate.weight >= (PEOPLE_OF_A_KNOWN_TOWN_AT_HOME if is_at_home else PEOPLE_OF_A_KNOWN_TOWN)


def _over(mention: Mention, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in spans if start < mention.end and mention.start < end]


def _without_parts(found: Sequence[Mention]) -> list[Mention]:
    """The longest mentions: york in "new york" is no mention."""
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (-m.width, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)
