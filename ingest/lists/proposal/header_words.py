"""What a header says: the fields whose words it holds, in the languages of the seed `header_words`."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

NOTHING = "nothing"  # the field of columns that no record has: fax, notes, prices
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
DIGITS = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
ACCENTS = re.compile("[\u0300-\u036f]")
BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
WHOLE, PARTLY, BY_LENGTH = 1.0, 0.6, 0.3  # what a match counts; one inside the header by the share that it covers
LESS = 0.05  # for a match of a part of the header
LEAST_VOTES = 3  # headers that name the language
SHARE_OF_PREFIX = 0.5

Words = tuple[str, ...]


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Words:
    """The words of a header without case, accents and punctuation: `addr:postCode1` is addr, post, code, 1."""
    text = unicodedata.normalize("NFKC", text).replace("°", " ")
    text = CAMEL.sub(" ", text)
    plain = ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold()))
    plain = DIGITS.sub(" ", unicodedata.normalize("NFC", plain))
    return tuple(re.findall(r"[^\W_]+|〒", plain))


@dataclass
class HeaderWords:
    """The rules of the seed. `is`: the whole header. `has`: words in it. `ends`, `part`: letters. `not`: refused."""

    whole: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    languages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    inside: dict[str, list[tuple[Words, str]]] = field(default_factory=lambda: defaultdict(list))
    ends: list[tuple[str, str]] = field(default_factory=list)
    parts: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, list[Words]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, rule: str, language: str, terms: Sequence[str]) -> None:
        for position, term in enumerate(terms):
            words = words_of(term)
            if rule == "is":
                found = self.whole["".join(words)]
                found[name] = min(position, found.get(name, position))
                self.languages["".join(words)].add(language)
            elif rule == "has":
                self.inside[words[0]].append((words, name))
            elif rule == "not":
                self.refused[name].append(words)
            else:
                (self.ends if rule == "ends" else self.parts).append(("".join(words), name))

    def fields_of(self, header: str, frame: Frame) -> dict[str, float]:
        """Each field that the header may be, with a score from 0 to 1."""
        scores: dict[str, float] = {}
        for words, score, around in _readings(header, frame):
            for name, found in self._fields_of(words):
                if not any(_holds(around, refused) for refused in self.refused[name]):
                    scores[name] = max(scores.get(name, 0.0), found * score)
        return scores

    def language_of(self, headers: Sequence[str]) -> str | None:
        """The language whose words most headers are; None if no language is ahead."""
        votes: Counter[str] = Counter()
        for header in headers:
            for words in _variants(words_of(header)):
                votes.update(self.languages.get("".join(words), set()) - {"*"})
        (first, most), (_, next_most) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
        return first if most >= LEAST_VOTES and most > next_most else None

    def _fields_of(self, words: Words) -> Iterator[tuple[str, float]]:
        for variant in _variants(words):
            compact = "".join(variant)
            for name, position in self.whole.get(compact, {}).items():
                yield name, WHOLE - min(position, 90) / 1000
            for name, length in self._inside(variant, compact):
                if not any(_holds(variant, refused) for refused in self.refused[name]):
                    yield name, PARTLY + BY_LENGTH * length / max(len(compact), 1)

    def _inside(self, words: Words, compact: str) -> Iterator[tuple[str, int]]:
        for word in set(words):
            for term, name in self.inside.get(word, ()):
                if _holds(words, term):
                    yield name, len("".join(term))
        for ending, name in self.ends:
            if words and any(word.endswith(ending) and len(word) > len(ending) for word in (words[-1], compact)):
                yield name, len(ending)
        for part, name in self.parts:
            if part in compact:
                yield name, len(part)


def read_header_words(seed: Path) -> HeaderWords:
    words = HeaderWords()
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.add(row["field"], row["rule"], row["language"], row["words"].split("|"))
    return words


@dataclass(frozen=True)
class Frame:
    """The first and the last words that most headers share: `charity`, where they are charity_name, charity_phone."""

    prefix: Words = ()
    suffix: Words = ()


def frame_of(headers: Sequence[str]) -> Frame:
    words = [words_of(header) for header in headers]
    return Frame(_common_start(words), _common_start([w[::-1] for w in words])[::-1])


def _common_start(headers: Sequence[Words]) -> Words:
    starts = [words for words in headers if len(words) > 1]
    prefix: Words = ()
    while len(starts) >= 4:
        firsts = [words[: len(prefix) + 1] for words in starts if len(words) > len(prefix) + 1]
        best = max(set(firsts), key=firsts.count, default=())
        if not best or firsts.count(best) < SHARE_OF_PREFIX * len(headers):
            break
        prefix = best
    return prefix


def _readings(header: str, frame: Frame) -> Iterator[tuple[Words, float, Words]]:
    """The words of the header, and of its parts, with what a match there counts, and the words around the part."""
    steps = [step for step in header.split("/") if not step.isdigit()]
    whole = tuple(word for step in steps for word in words_of(step))
    yield whole, WHOLE, ()
    for size in range(1, len(frame.prefix) + 1):
        if whole[:size] == frame.prefix[:size]:
            yield whole[size:], WHOLE - LESS, ()
    for size in range(1, len(frame.suffix) + 1):
        if whole[-size:] == frame.suffix[-size:]:
            yield whole[:-size], WHOLE - LESS, ()
    if (plain := BRACKETS.sub(" ", header)) != header:
        yield words_of(plain), WHOLE - LESS, ()
    if len(steps) > 1:
        yield words_of(steps[-1]), WHOLE - LESS, whole
        yield words_of(f"{steps[-2]} {steps[-1]}"), WHOLE - LESS, whole
    halves = re.split(r"\s[/|–-]\s|\n", header)
    for half in halves if len(halves) > 1 else ():
        yield words_of(half), WHOLE - 2 * LESS, whole


def _variants(words: Words) -> Iterator[Words]:
    """The words, and as they are written without umlauts: `laenge` is `lange`."""
    yield words
    plain = words
    for written, letter in DIGRAPHS:
        plain = tuple(word.replace(written, letter) for word in plain)
    if plain != words:
        yield plain


def _holds(words: Words, term: Words) -> bool:
    size = len(term)
    return any(words[start : start + size] == term for start in range(len(words) - size + 1))
