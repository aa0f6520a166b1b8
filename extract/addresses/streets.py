"""Recognises streets by the words and the order of each country: the seeds `address_words` and `address_forms`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from extract.addresses.house_numbers import Units, number_first
from extract.addresses.streets_in_prose import (
    UNIT_BEHIND,
    is_beside,
    streets_by_code,
    streets_of_own_form,
    streets_without_a_number,
)
from extract.folding import fold
from extract.found import Found
from extract.values.seed_rows import read_rows

NUMBERED = re.compile(r"\d+[A-Z]?(?:\s*[-–/,&]\s*\d+[A-Z]?)*,?\s+[^\W\d]{2}", re.IGNORECASE)
DIRECTION = r"(?: (?:north|south|east|west|[nsew]))?"
NUMBER_LAST = re.compile(r"[^\W\d][^\d,]*[^\W\d_.][.,]? \d{1,4} ?[A-Za-z]?(?: ?[-–/] ?\d{1,4} ?[A-Za-z]?)?")
STATE_AND_CODE = r"[A-Z]{2,3} \d{5}(?:-\d{4})?"
POSTAL = re.compile(rf"\d{{4,6}} \D+|{STATE_AND_CODE}")
CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
NUMBER = r"\d{1,4}(?: ?[A-Za-z])?(?:[-–/]\d{1,4}[A-Za-z]?)?(?!\w|/[A-Za-z])"
# "quai du Wault prolongé"
BEHIND_NAME = r"(?:prolongée?|supérieure?|inférieure?|nord|sud|est|ouest|norte|sur|este|oeste)"
SMALL_WORD = r"(?:de|du|des|del|della|delle|dei|di|da|do|dos|das|la|le|les|los|las|el|et|e|y|i|van|von)"

A_BOX = re.compile(
    r"(?:p\.? ?o\.? )?(?:box|postbox|postboks|postfach|postbus|apartado|casella postale|bp|skrytka)\b", re.IGNORECASE
)
TOWN_BEHIND = re.compile(r"[,\s]+[^\W\d_]")
# Behind a number that counts: "Guardia 24 hs", "Parkplatz 20 Stellplätze".
A_COUNT = re.compile(
    r" (?:hs|hrs|horas|heures|ore|stunden|timer|timmar|uur|uhr|km|min|m²|m2|plazas|places|plätze|stellplätze|zimmer|"
    r"betten|habitaciones|chambres|camere|kamers|rum|senger|pokoi|miejsc|vagas|quartos)\b",
    re.IGNORECASE,
)
# The end of a street's name in one word: `Lindenstr.`, `Hofgasse`.
JOINED = re.compile(r"(\w{3,}?)(?:strasse|str|gasse|g|weg|platz|pl)")
ENDINGS = {"str": "strasse", "g": "gasse", "pl": "platz"}
SHORTEST = {"r": "rue", "v": "via"}  # beside the seed: in an English street they are letters


@dataclass(frozen=True)
class StreetWord:
    language: str
    word: str
    place: str  # `after` the name, `before` it, or `joined` to its end
    used_in: frozenset[str]


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class Streets:
    words: tuple[StreetWord, ...]
    unit_words: dict[str, tuple[str, ...]]  # by language
    languages: dict[str, tuple[str, ...]]  # by country
    short_forms: dict[str, str]
    number_last: frozenset[str]  # countries that write the house number after the street

    def is_street(self, text: str, country: str | None) -> bool:
        """Whether a line is a street: it has a house number where the country puts it, or a street word."""
        return _is_street(self, text, country)

    def is_postal(self, text: str, country: str | None) -> bool:
        """Whether the part is a town after its code or a state before it: "10115 Berlin", "CO 80124"."""
        return bool(POSTAL.fullmatch(text)) and not _typed(self, country).search(text)

    def find(self, text: str, country: str | None) -> Iterator[Found]:
        """The streets in running text: by their words, before a postcode, or else without a house number."""
        found = [
            Found(number_first(match[0], self.units(country)), match.start(), match.end())
            for pattern in _in_prose(self, country)
            for match in pattern.finditer(text)
        ]
        found += (street for street in streets_of_own_form(text, country) if not is_beside(street, found))
        is_last = country in self.number_last
        for street in streets_by_code(text, country, is_last=is_last):
            if country not in self.languages and not TOWN_BEHIND.match(text, street.end):
                continue  # "60, Львів, 79039": of unknown forms, a town is between street and code
            if not is_beside(street, found):
                value = street.value if is_last else number_first(street.value, self.units(country))
                found.append(Found(value, street.start, street.end))
        found = [one for one in found if not (A_COUNT.match(text, one.end) or A_BOX.match(one.value))]
        yield from found
        if not found and "en" in self.languages.get(country or "", ("en",)):
            yield from streets_without_a_number(text)

    @cached_property
    def after_name(self) -> re.Pattern[str]:
        """A street word after a name, which makes it the name of a street: `Leith Walk` is not Leith."""
        return re.compile(rf"\s+(?:{self.of('after', 'prose', ['en'])})\b", re.IGNORECASE)

    @cached_property
    def after_category(self) -> re.Pattern[str]:
        """A street word in capitals after a kind of place: `Pool Street` is no pool."""
        words = "|".join(word.word.title() for word in self.words if "name" in word.used_in)
        return re.compile(rf" (?:{words})\b")

    def units(self, country: str | None) -> Units:
        """The English words, which pages of all countries use, and those of the country's languages."""
        return _units(self, country)

    def spelled_out(self, text: str) -> tuple[str, ...]:
        """The folded words and numbers of a street, with short forms spelled out: `7 Duke St` as 7 duke street."""
        words = (part for word in fold(text) for part in _parted(word))
        return tuple(
            spelled for word in words for spelled in fold(self.short_forms.get(word, SHORTEST.get(word, word)))
        )

    def of(self, place: str, used_in: str, languages: Iterable[str] | None = None) -> str:
        """The words as alternatives of a pattern, in the order of the seed."""
        known = None if languages is None else set(languages)
        found = [
            re.escape(word.word)
            for word in self.words
            if word.place == place and used_in in word.used_in and (known is None or word.language in known)
        ]
        return "|".join(found) or r"(?!)"


def _parted(word: str) -> tuple[str, ...]:
    """`lindenstr` and `lindenstrasse` alike as linden and strasse."""
    if not (match := JOINED.fullmatch(word)):
        return (word,)
    ending = word[match.end(1) :]
    return (match[1], ENDINGS.get(ending, ending))


def load_streets(words: Path, forms: Path, abbreviations: Path) -> Streets:
    rows, countries, short = read_rows(words), read_rows(forms), read_rows(abbreviations)
    return Streets(
        words=tuple(
            StreetWord(row["language"], row["word"], row["place"], frozenset(row["used_in"].split(";")))
            for row in rows
            if row["kind"] == "street"
        ),
        unit_words={
            language: tuple(row["word"] for row in rows if row["kind"] == "unit" and row["language"] == language)
            for language in {row["language"] for row in rows}
        },
        languages={row["country"]: tuple(row["languages"].split(";")) for row in countries},
        short_forms={row["abbreviation"]: row["meaning"] for row in short if row["used_in"] == "street"},
        number_last=frozenset(row["country"] for row in countries if row["number_place"] == "after"),
    )


@lru_cache
def _units(streets: Streets, country: str | None) -> Units:
    languages = dict.fromkeys(("en", *streets.languages.get(country or "", ())))
    return Units(tuple(word for language in languages for word in streets.unit_words.get(language, ())))


@lru_cache(maxsize=1000)  # a text is asked several times
def _is_street(streets: Streets, text: str, country: str | None) -> bool:
    if streets.is_postal(text, country):
        return False
    is_last = country in streets.number_last and bool(NUMBER_LAST.fullmatch(text))
    is_typed = is_last or bool(NUMBERED.match(text)) or bool(_typed(streets, country).search(text))
    return is_typed or bool(_begun(streets, country).match(text))


@lru_cache
def _typed(streets: Streets, country: str | None) -> re.Pattern[str]:
    """A street word at the end, or joined to the last word, with a number after it or not."""
    languages = ("en", *streets.languages.get(country or "", ()))
    joined = f"{streets.of('joined', 'anywhere')}|{streets.of('joined', 'line', languages)}"
    after = streets.of("after", "line", languages)
    return re.compile(rf"(?:\b(?:{after})\.?{DIRECTION}|(?:{joined})\.?(?: \d+ ?\w?)?)$", re.IGNORECASE)


@lru_cache
def _begun(streets: Streets, country: str | None) -> re.Pattern[str]:
    """A street word of the country's languages at the beginning: `Via Roma`."""
    words = streets.of("before", "line", streets.languages.get(country or "", ()))
    return re.compile(rf"(?:{words})\.?\s+\w", re.IGNORECASE)


@lru_cache
def _in_prose(streets: Streets, country: str | None) -> list[re.Pattern[str]]:
    languages = streets.languages.get(country or "", ("en",))
    patterns = [_english(streets)] if "en" in languages else []
    others = [language for language in languages if language != "en"]
    joined, before = streets.of("joined", "prose", others), streets.of("before", "prose", others)
    # No hyphen inside a word: there must be one way to part them.
    names = rf"(?:(?:(?:Dr|Prof|Ste?)\.|{CAPITAL}[\w'’]*)[ -]){{0,5}}"
    if country in streets.number_last:
        after = streets.of("after", "prose", others)
        patterns += [
            re.compile(rf"(?<![\w-])(?:{names}{CAPITAL}[\w'’-]*?|{names}[ ]?)(?i:{joined})\.?,? {NUMBER}"),
            re.compile(rf"(?<![\w-]){names}(?i:{after})\.?,? {NUMBER}"),
            re.compile(rf"(?<![\w-])(?i:{before})\.?(?: (?:{SMALL_WORD}|{CAPITAL}[\w.'’-]*)){{1,5}}?,? {NUMBER}"),
        ]
    elif others:
        name = rf"(?:[ ](?:{SMALL_WORD}\b|(?:[dl]['’])?{CAPITAL}[\w'’-]*)|[ ][dl]['’]\w+)"
        numbers = r"(?<![\w-])\d{1,4}(?: ?(?:bis|ter|[A-D]))?,?"
        patterns.append(re.compile(rf"{numbers} (?i:{before})\.?{name}{{1,6}}(?: {BEHIND_NAME}\b)?"))
    return patterns


def _english(streets: Streets) -> re.Pattern[str]:
    """`Flat 3/2, 12 High Street`: a unit, house numbers, up to four words, and a street word."""
    units = "|".join(streets.unit_words["en"])
    words = "|".join(word.word.title() for word in streets.words if word.language == "en" and "prose" in word.used_in)
    return re.compile(
        rf"(?<![\w/.–-])(?:(?i:{units}) (?:\d\w{{0,3}}|[A-Z]\d?)(?:/\w{{1,3}})?,? |"
        rf"\dF\d,? )?(?:(?i:plot|lot|erf|stand) (?:no\.? )?)?(?:(?:\d+[A-Z]?, ){{0,9}}\d+[A-Z]? ?& ?)?"
        r"\d+[A-Z]?(?:[-–/]\d+[A-Z]?)? (?:[A-Z][\w'’]+ ){1,4}"
        rf"(?:{words})\b(?: (?:North|South|East|West|[NS][EW]|[NSEW])\b| \d{{1,3}}(?=, ))?{UNIT_BEHIND}"
    )
