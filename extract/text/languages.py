"""The languages of a text: those of its country, and of several, the one whose small words it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from extract.addresses.streets import Streets
from extract.folding import fold
from extract.hours.hour_words import LANGUAGES

ENGLISH = "en"
FEWEST_WORDS = 2
# Of countries without rules for their addresses.
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "BA": ("hr",), "CN": ("zh",), "ID": ("id",), "ME": ("hr",), "MK": ("hr",), "MO": ("zh",), "TH": ("th",),
    "TW": ("zh",), "UA": ("uk",), "VN": ("vi",),
}  # fmt: skip
SCRIPTS = {
    "ko": re.compile("[가-힣]"),
    "ja": re.compile("[ぁ-ヿ]"),
    "th": re.compile("[ก-๎]"),
}  # letters that only one language has
# Small words that only one of these languages has, or that are by far the most frequent in it.
SMALL_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(fold(words))
    for language, words in {
        "en": "the and of for with our we are is open at in to from on by your this free book near call only all you",
        "de": "der die das und mit für im am von zum zur uhr geöffnet bei auf wir ist ein eine unsere sie nicht str",
        "fr": "le la les des du et à au aux avec pour rue sur vous nous une dans ouvert lun mar mer jeu ven "
        "sam dim chez "
        "pas sans votre notre lu ve",
        "es": "el los las del y con para por una calle abierto lunes viernes sábado nuestro más avenida "
        "cerrado horario de",
        "it": "il lo gli della dei di e con per una via aperto lunedì venerdì sabato chiuso nostro presso "
        "orario dal al",
        "pt": "o os as do da dos das e com para uma rua aberto segunda sexta sábado nosso fechado horário não",
        "nl": "de het een en van met voor op bij ons onze wij is niet geopend straat uur naar",
    }.items()
}


@lru_cache(maxsize=512)
def languages_of(country: str | None, streets: Streets, text: str = "") -> tuple[str, ...]:
    """The languages besides English. None, where English is one of the country's and the text is in it.

    A text of an unknown country may be in any language that the small words show.
    """
    spoken = _spoken(country, streets)
    if written := [language for language, letters in SCRIPTS.items() if letters.search(text)]:
        return (*written, *(language for language in spoken if language not in (*written, ENGLISH)))
    if len(spoken) == 1:
        return () if ENGLISH in spoken else spoken
    shown = _shown(text, [language for language in spoken or SMALL_WORDS if language in SMALL_WORDS])
    if shown == ENGLISH or (shown is None and (ENGLISH in spoken or not spoken)):
        return ()
    others = tuple(language for language in spoken if language not in (shown, ENGLISH))
    return (shown, *others) if shown else others


def _spoken(country: str | None, streets: Streets) -> tuple[str, ...]:
    return streets.languages.get(country or "", ELSEWHERE.get(country or "", ()))


def _shown(text: str, languages: Sequence[str]) -> str | None:
    """The language with most small words, if it is the only one with so many."""
    words = fold(text)
    counts = {language: sum(word in SMALL_WORDS[language] for word in words) for language in languages}
    most = max(counts.values(), default=0)
    leading = [language for language, count in counts.items() if count == most]
    return leading[0] if most >= FEWEST_WORDS and len(leading) == 1 else None


def hours_language(languages: Sequence[str]) -> str | None:
    """The language of the text that the reader of hours knows besides English."""
    return next((language for language in languages if language in LANGUAGES), None)


def languages_of_hours(country: str | None, streets: Streets) -> tuple[str | None, ...]:
    """The languages of a country that the reader of hours knows besides English; one None if it knows none."""
    return tuple(language for language in _spoken(country, streets) if language in LANGUAGES) or (None,)
