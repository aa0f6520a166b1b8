"""Reads how many rooms or seats a text counts, how long its pool is, and its prices: the seed `counted_things`."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extract.folding import Word, fold, fold_each
from extract.found import Found
from extract.phrases import Mention, Phrases
from extract.text.amounts.prices import PRICE_OF, find_prices
from extract.text.amounts.quantities import NUMBER_WORDS, PART_OF_A_SUM, find_counts
from extract.values.seed_rows import read_rows

Find = Callable[[str], Iterable[Found]]
# "3 Säle" are screens in a cinema only.
OF_A_CINEMA = re.compile(r"\bscreens?\b|\b(?:kino|film|cin[eé]|bioscoop|biograf|picture)", re.IGNORECASE)
MOST_WORDS_BETWEEN = 3  # "12 bright public computers"
NUMBER = re.compile(r"(?<![\w.,:/£$€#-])(?<!\d )(?P<digits>\d{1,3}(?:[.,]\d{3})+|\d{1,5})(?![\w%€]|[.,:/]\d)")
A_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(word for word in NUMBER_WORDS if word not in ('zero', 'one'))})\b", re.I)
# Words that end what a number counts: "2 hours from the beds".
ENDS = frozenset(
    fold(
        "of in at on from for to and or with by per the a an is are was minute min hour day night week month "
        "year km mile"
        " m metre meter kw w star mal fois de del di da des du la le à en und mit für et y con e ou o"
    )
)
POWER = re.compile(r"(?<![\d.,])(?P<kw>\d{1,3})\s?kW(?!h)\b", re.IGNORECASE)
TIMES_POWER = re.compile(r"(?<![\d.,])(?P<number>\d{1,2})\s?[x×]\s?(?=\d{1,3}\s?kW(?!h)\b)", re.IGNORECASE)
BESIDE_POWER = re.compile(r"\s*(?:up to )?\d{1,3}\s?kW\s*", re.IGNORECASE)
CHARGING = re.compile(r"charg|\bev\b|lade|recharge|recarga|ricarica", re.IGNORECASE)
QUALIFIERS = frozenset(fold("indoor outdoor covered floodlit"))
IN_OTHER_WORDS = {
    "indoor": "couvert cubierta cubierto coperto überdacht halle",
    "outdoor": "extérieur exterior scoperto außen descubierta",
}
QUALIFIED = {word: meaning for meaning, words in IN_OTHER_WORDS.items() for word in fold(words)}
RATED_BY = re.compile(r"\b(?:by|von|par|por|da|over|mehr als)\s+$", re.IGNORECASE)  # "rated by 1,204 guests"
CARS = re.compile(r"\b(?:parking|car park|spaces?) for (?:up to )?(?P<cars>\d{1,5}) (?:cars|vehicles)\b", re.IGNORECASE)
LISTED = re.compile(r"\d(?:,| and| et| und| y| e| i| en| &| \+) $")  # "187 et 94 fauteuils": neither is the sum
BREAK = re.compile(r"[,.;:|•·()\n+]|\s[–-]\s")
CAPACITY = re.compile(
    r"\b(?<!\broom )(?<!\broom \()(?:(?P<seats>seats|seating(?: for)?|sleeps|holds|capacity(?: of|:)?|"
    r"capacidad(?: de| para)?|"
    r"capienza(?: di)?|"
    r"capacité(?: de)?)\s+(?:up to |about |around )?(?P<after>\d{1,3}(?:[.,]\d{3})+|\d{1,5}))(?![\w%]|[.,:]\d)"
    r"|\((?P<before>\d{1,4}) seated\)",
    re.IGNORECASE,
)
METRES = r"(?P<metres{0}>\d{{2}}(?:[.,]\d{{1,2}})?)[ -]?(?:m|metres?|meters?|mètres?|metros|metri)"
POOL = r"(?:swimming )?(?:pool|lap pool)s?|becken|schwimmbecken|bassin|piscin[ae]|vasca|basin|alberca|zwembad|bad"
POOL_LENGTH = re.compile(
    rf"\b{METRES.format('')}[ -]?(?:(?!and\b|wide\b|deep\b|high\b|broad\b|tall\b)[^\W\d]+[ -]){{0,2}}?(?:{POOL})\b"
    rf"|\b(?:bassin|piscin[ae]|vasca|alberca)(?: [^\W\d]+){{0,3}}? (?:de|di|da|of) {METRES.format('_after')}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class CountedThings:
    rows: tuple[tuple[str, str, str], ...]  # language, word, thing

    def of(self, languages: Sequence[str]) -> Phrases[str]:
        return _phrases(self, tuple(languages), prices=False)

    def find(self, text: str, languages: Sequence[str], streets: Find | None = None) -> Iterator[Found]:
        """Counts as JSON: {"rooms": 27}. Of two numbers of one thing, neither counts.

        A number in a street of the text counts nothing: "2 place du Calvaire".
        """
        found = list(self._all(text, languages))
        in_streets = [(street.start, street.end) for street in streets(text)] if found and streets else []
        yield from (hit for hit in found if not any(start <= hit.start < end for start, end in in_streets))

    def _all(self, text: str, languages: Sequence[str]) -> Iterator[Found]:
        courts = list(find_counts(text))
        yield from courts
        taken = [(hit.start, hit.end) for hit in courts]
        by_thing: dict[str, list[Found]] = defaultdict(list)
        for thing, found in (
            *self._counted(text, languages),
            *_capacities(text),
            *_parked(text),
            *_pools(text),
            *_chargers(text),
            *find_prices(text, _phrases(self, tuple(languages), prices=True)),
        ):
            if not any(start < found.end and found.start < end for start, end in taken):
                by_thing[thing].append(found)
        for found_ones in by_thing.values():
            if len({found.value for found in found_ones}) == 1:
                yield found_ones[0]

    def _counted(self, text: str, languages: Sequence[str]) -> Iterator[tuple[str, Found]]:
        words = fold_each(text)
        things = self.of(languages).among(words)
        for start, end, amount in _numbers(text):
            following = next((mention for mention in things if mention.start >= end), None)
            if following is None or PART_OF_A_SUM.search(text, 0, start) or RATED_BY.search(text, 0, start):
                continue
            if LISTED.search(text, max(0, start - 6), start):
                continue
            if power := BESIDE_POWER.match(text, end):
                end = power.end()
            between = [word for word in words if end <= word.start and word.end <= following.start]
            if _is_street(text, following, between):
                continue
            if BREAK.search(text, end, following.start) or not _describe(between):
                continue
            kind = next((QUALIFIED.get(w.folded, w.folded) for w in between if w.folded in QUALIFIERS), None)
            kind = kind or _qualified_after(text, following.end, words)
            what = "halls" if following.what == "screens" and not OF_A_CINEMA.search(text) else following.what
            name = f"{kind}_{what}" if kind else what
            yield name, Found(json.dumps({name: amount}), start, following.end)


def _describe(between: Sequence[Word]) -> bool:
    """Whether the words between a number and a thing only describe it."""
    is_plain = all(word.folded not in ENDS and not word.folded[0].isdigit() for word in between)
    return is_plain and len(between) <= MOST_WORDS_BETWEEN


def _is_street(text: str, thing: Mention[str], between: Sequence[Word]) -> bool:
    """Whether the thing is a word of a street: "27 Gorge Lane", "116 Bath Street"."""
    is_named = any(text[word.start].isupper() for word in between) or re.match(r" [A-Z][a-z]", text[thing.end :])
    return text[thing.start].isupper() and bool(is_named)


def _qualified_after(text: str, end: int, words: Sequence[Word]) -> str | None:
    """`outdoor` of "5 courts extérieurs"."""
    after = next((word for word in words if word.start >= end), None)
    return QUALIFIED.get(after.folded) if after and not text[end : after.start].strip() else None


def _numbers(text: str) -> Iterator[tuple[int, int, int]]:
    for match in NUMBER.finditer(text):
        yield match.start(), match.end(), _amount(match["digits"])
    for match in A_NUMBER_WORD.finditer(text):
        yield match.start(), match.end(), NUMBER_WORDS[match[0].lower()]


def _amount(digits: str) -> int:
    return int(re.sub(r"[.,]", "", digits))


def _capacities(text: str) -> Iterator[tuple[str, Found]]:
    for match in CAPACITY.finditer(text):
        amount = _amount(match["after"] or match["before"])
        yield "capacity", Found(json.dumps({"capacity": amount}), match.start(), match.end())


def _parked(text: str) -> Iterator[tuple[str, Found]]:
    for match in CARS.finditer(text):
        value = json.dumps({"parking_spaces": int(match["cars"])})
        yield "parking_spaces", Found(value, match.start("cars"), match.end())


def _pools(text: str) -> Iterator[tuple[str, Found]]:
    for match in POOL_LENGTH.finditer(text):
        metres = (match["metres"] or match["metres_after"]).replace(",", ".")
        yield "pool_length", Found(json.dumps({"pool_length": f"{metres} m"}), match.start(), match.end())


def _chargers(text: str) -> Iterator[tuple[str, Found]]:
    """The chargers of "8 x 50 kW", and their power."""
    if not CHARGING.search(text):
        return
    for match in TIMES_POWER.finditer(text):
        yield "chargers", Found(json.dumps({"chargers": int(match["number"])}), match.start(), match.end())
    for match in POWER.finditer(text):
        yield "charger_power", Found(json.dumps({"charger_power": f"{match['kw']} kW"}), match.start(), match.end())


@lru_cache(maxsize=64)
def _phrases(things: CountedThings, languages: tuple[str, ...], *, prices: bool) -> Phrases[str]:
    spoken = ("en", *languages)
    return Phrases(
        (fold(word), thing)
        for language, word, thing in things.rows
        if language in spoken and thing.endswith(PRICE_OF) is prices
    )


def load_counted_things(seed: Path) -> CountedThings:
    return CountedThings(tuple((row["language"], row["word"], row["thing"]) for row in read_rows(seed)))
