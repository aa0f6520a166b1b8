"""Deterministic parsers. A value is verified if its parser reads the same value from the quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial

from extract.addresses.postcodes import find_postcodes
from extract.addresses.streets import Streets
from extract.found import Found
from extract.grounding import Span
from extract.hours.text_hours import find_hours
from extract.scope.affirmed import affirmed
from extract.scope.clauses import clause_of
from extract.scope.cues import Cues, ScopeWords
from extract.text.amounts.counted import CountedThings
from extract.text.languages import hours_language
from extract.values.emails import find_emails
from extract.values.phones import find_phones
from extract.web.urls import plain_url

URL = re.compile(
    r"\bhttps?://[^\s<>\"'|]+|(?<![\w-])(?<![a-z0-9]\.)(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b(?:/[^\s<>\"'|]*)?",
    re.IGNORECASE,
)
BOOLEANS = {
    field: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for field, words in {
        "parking_available": (
            r"(?<!street )parking(?! on the street|\W{1,3}(?:on-)?street)|car park|parkplatz|parkplätze|"
            r"parkmöglichkeiten|"
            r"aparcamiento|estacionamiento|estacionamento|parcheggio|stationnement|parkeren|parkeerplaats(?:en)?|"
            r"parkering"
        ),
        "wifi": r"wi[-‑ ]?fi|wlan|wireless internet",
        "disabled_access": (
            r"wheelchair[- ](?:access(?:ible)?|friendly)|(?:un)?suitable for wheelchairs?|accessible (?:by|to|for) "
            r"wheelchairs?|disabled (?:access|toilets?)|step[- ]free|level access|accessible "
            r"(?:changing|toilets?|entrance)|barrierefrei(?:er|en)?|rollstuhlgerecht|"
            r"accessible aux (?:PMR|fauteuils|handicapés|personnes à mobilité réduite)|accès (?:PMR|handicapés?)|"
            r"acceso universal|accesible (?:en|para) sillas? de ruedas|accessibile ai disabili|rolstoeltoegankelijk|"
            r"rolstoelvriendelijk|acessível a cadeiras de rodas|tilgængelig for kørestole|wheelchair spaces|"
            r"esteetön|handikappanpassa[dt]|rullstolsanpassa[dt]|tilrettelagt for rullestol\w*|tilpasset rullestol\w*|"
            r"rullestolvennlig|kørestolsvenlig\w*|handicapvenlig\w*|rollstuhl(?:gängig|freundlich|zugänglich)|"
            r"accessible (?:en|aux) fauteuils? roulants?|accessible PMR|accessibile (?:in sedia a rotelle|"
            r"in carrozzina|"
            r"a sedie a rotelle)|accesible para (?:personas con movilidad reducida|discapacitados)|"
            r"acesso (?:a|para) (?:cadeirantes|cadeiras de rodas)|toegankelijk voor rolstoel\w*|"
            r"bezbariérov(?:ý|é) (?:přístup|vstup)|dostęp(?:ny|na|ne)? dla (?:osób )?niepełnosprawnych"
        ),
    }.items()
}


def find_urls(text: str) -> Iterator[Found]:
    """Web addresses, with or without a scheme, as host and path in lower case: "club.example/join"."""
    for match in URL.finditer(text):
        if not text[: match.start()].endswith("@"):
            written = match[0].rstrip(".,;:!?)]")
            yield Found(plain_url(written), match.start(), match.start() + len(written))


def find_boolean(field_name: str, text: str, cues: Cues) -> Iterator[Found]:
    """true or false as stated, or both if the text contradicts itself. Questions are no statements."""
    said: dict[str, Found] = {}
    for found in find_statements(field_name, text, cues):
        said.setdefault(found.value, found)
    yield from said.values()


def find_statements(field_name: str, text: str, cues: Cues) -> Iterator[Found]:
    """Statements that the thing of the field exists ("true") or does not exist ("false"), with their positions."""
    for match in BOOLEANS[field_name].finditer(text):
        clause = clause_of(text, Span(match.start(), match.end()), cues)
        said = affirmed(clause)
        if said.word == "denied" or match[0][:2].casefold() == "un":
            yield Found("false", min(match.start(), said.start), max(match.end(), said.end))
        elif said.word == "affirmed" or (said.word == "unclear" and not clause.is_question):
            yield Found("true", match.start(), match.end())


Finder = Callable[[str], Iterable[Found]]


@lru_cache  # the same finders for all texts of a country: their hits are cached by finder
def finders_of(
    country: str | None, languages: tuple[str, ...], streets: Streets, words: ScopeWords, things: CountedThings
) -> Mapping[str, Finder]:
    """The finder of each field that a parser reads. Phones, postcodes and streets are written as in the country."""
    cues = words.of(languages)
    find_streets = partial(streets.find, country=country)
    return {
        "phone": partial(find_phones, country=country),
        "email": find_emails,
        "postcode": partial(find_postcodes, country=country),
        "street_address": find_streets,
        "opening_hours": partial(find_hours, language=hours_language(languages)),
        "discovered_attributes": partial(things.find, languages=languages, streets=find_streets),
        **{name: partial(find_boolean, name, cues=cues) for name in BOOLEANS},
    }
