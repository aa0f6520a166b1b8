"""Finds streets in running text by their surroundings: before a postcode, or a known word without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extract.addresses.postal import grammar_of
from extract.found import Found

CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
WORD = rf"{CAPITAL}[\w'’-]+"
SMALL_WORD = r"(?:de|du|des|del|della|di|da|do|dos|das|la|le|les|los|las|el|van|von|der|den|the|of|na|am|im|zum|zur)"
FURTHEST_CODE = 60  # characters between a street and its postcode
NUMBERS = r"\d{1,5}[A-Za-z]?(?:[-–/]\d{1,4}[A-Za-z]?)?"
UNIT = r"(?:(?i:unit|units|suite|ste|shop|flat|level|plot|blk|block|no)\.? (?:(?i:no)\.? )?#?[\w/-]{1,6},? )?"
NAMED = rf"(?!(?:Ste|Suite|Unit|Apt|Floor|Level)\b){WORD}"
# "#04-12" or "Suite 300" behind the street.
UNIT_BEHIND = r"(?: #\d{2}-\d{2,4}|,? (?:Ste|Suite|Unit|Apt)\.? #?(?:[A-Z]?\d{1,4}[A-Z]?|[A-Z])\b)?"
# "45 Cowgate Head", "Unit 4, Landore Yard", "1512 W 25th St", "14, Alagar Kovil Road".
NUMBER_FIRST = re.compile(
    rf"(?<![\w/.,:#+£$€-])(?<!\d )(?:{UNIT}{NUMBERS},? |(?i:unit|plot|blk|block) \d{{1,4}}[A-Za-z]?,? )"
    rf"(?:(?:[NSEW]{{1,2}}\.?|{NAMED}|\d{{1,3}}(?:st|nd|rd|th)) ){{0,3}}{NAMED}(?: (?:[NSEW]{{1,2}}|{NAMED}))?"
    rf"{UNIT_BEHIND}(?=,|\.? )"
)
# "Kalaranna 14", "Nerudova 300/12".
NUMBER_LAST = re.compile(
    rf"(?<![\w'’.-])(?:{WORD}|{CAPITAL}\.)(?: (?:{SMALL_WORD}|{WORD})){{0,4}}(?:,| No\.?:?)? ?"
    rf"(?<=[ :])\d{{1,4}}(?: ?[A-Za-z](?!\w))?(?:[/–-]\d{{1,4}}\w?)?(?=,|;|\s[-–·|]|\s)"
)
WORDS_WITHOUT_A_NUMBER = (
    r"Street|Road|Lane|Drive|Avenue|Terrace|Way|Row|Parade|Crescent|Grove|Quay|Walk|Wynd|Close|Loan|Rise|Boulevard|"
    r"Highway"
)
WITHOUT_A_NUMBER = re.compile(
    rf"(?:(?<=^)|(?<=[.;|•·\n–] )|(?<=\n)|(?<=, )|(?<=\bat )|(?<=\bon )|(?<=\bin ))"
    rf"(?:{WORD} ){{1,3}}(?:{WORDS_WITHOUT_A_NUMBER})\b(?: (?:North|South|East|West))?(?=,\s+{CAPITAL}|\s+·)"
)
# "Cra. 7 # 119-24", "Jl. Kapten Muslihat No. 21", "Kıbrıs Şehitleri Cad. No:140": forms of one country each.
OWN_FORMS = {
    "CO": re.compile(
        r"\b(?:Cra|Cl|Cll|Calle|Carrera|Kr|Av|Avenida|Diagonal|Transversal|Dg|"
        r"Tv)\.? ?\d{1,3} ?[A-Z]?(?: ?(?:Bis|Sur|Norte))?"
        r" ?(?:#|No\.?|N°) ?\d{1,3} ?[A-Z]? ?- ?\d{1,3}"
    ),
    "ID": re.compile(rf"\b(?:Jl|Jln|Jalan|Gg)\.? {WORD}(?: (?!No\b){WORD}){{0,4}}(?:,? No\.? ?\d{{1,4}}\w?)?"),
    "UA": re.compile(
        rf"\b(?:вул|вулиця|просп|проспект|пл|площа|бул|бульвар|пров)\.? ?{WORD}(?: {WORD}){{0,3}},? ?\d{{1,4}}\w?"
    ),
    "TR": re.compile(
        rf"{WORD}(?: {WORD}){{0,4}} (?:Cad|Caddesi|Sok|Sokak|Sk|Bulvarı|Blv|"
        rf"Mah)\.?,? ?(?:No ?[:.]? ?\d{{1,4}}(?:/\w+)?)"
    ),
}
# "Corrientes 1234, CABA": no word of a street, and a town behind the number. A year is no number of a house.
PLAIN = re.compile(
    rf"(?<![\w'’.-])(?!(?:Tel|Cel|Local|Piso|Km|Ruta|Guardia|Lote|Desde|Hasta|Sala|Aula|Puerta|Oficina|Fax|WhatsApp|"
    rf"Interno)\b){WORD}\.?(?: (?:{SMALL_WORD}|{WORD})){{0,3}} (?!(?:19|20)\d\d,)\d{{2,5}}(?: bis)?"
    rf"(?=,\s+{CAPITAL}|\s+\([A-Z]?\d{{4}}| - {CAPITAL})"
)
OWN_FORMS |= dict.fromkeys(["AR", "BO", "CL", "PE", "PY", "UY"], PLAIN)
BUILDING = re.compile(r"(?:\S+ )*(?:Centre|Center|House|Building|Mill|Plaza|Mall|Arcade) (?=\S+ \S)")
OVER = re.compile(r"[.!?](?=\s|$)|[|•·\n;]")
NO_STREET = re.compile(r"(?:s|[Cc]entre|[Cc]enter|[Cc]lub|[Gg]ym|[Pp]ark|[Hh]otel|[Ff]loor)$")


def streets_by_code(text: str, country: str | None, *, is_last: bool) -> Iterator[Found]:
    """The last street before each postcode of the country. `is_last`: the house number follows the street."""
    for start, end in _codes(text, country):
        begins = max(0, start - FURTHEST_CODE - 40)
        pattern = NUMBER_LAST if is_last else NUMBER_FIRST
        fitting = [
            match
            for match in pattern.finditer(text, begins, start)
            if start - match.end() <= FURTHEST_CODE
            and not OVER.search(text, match.end(), start)
            and (is_last or not NO_STREET.search(match[0]))
        ]
        if fitting and end > start:
            match = fitting[-1] if is_last else fitting[0]
            yield Found(match[0].strip(), match.start(), match.end())


def streets_of_own_form(text: str, country: str | None) -> Iterator[Found]:
    if pattern := OWN_FORMS.get(country or ""):
        yield from (Found(match[0], match.start(), match.end()) for match in pattern.finditer(text))


def streets_without_a_number(text: str) -> Iterator[Found]:
    for match in WITHOUT_A_NUMBER.finditer(text):
        building = BUILDING.match(match[0])  # "Omni Centre Greenside Row"
        start = match.start() + (building.end() if building else 0)
        yield Found(text[start : match.end()], start, match.end())


def is_beside(found: Found, others: Sequence[Found]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in others)


@lru_cache(maxsize=256)
def _codes(text: str, country: str | None) -> tuple[tuple[int, int], ...]:
    grammar = grammar_of(country)
    if grammar is None:
        return ()
    return tuple(match.span("code") for match in grammar.in_prose.finditer(text))
