"""Deterministic parsers. A value is verified if its parser reads the same value from the quote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial

from extract.addresses.postcodes import find_postcodes
from extract.addresses.streets import Streets
from extract.found import Found
from extract.hours.text_hours import find_hours
from extract.values.emails import find_emails
from extract.values.phones import find_phones
from extract.web.urls import plain_url

URL = re.compile(
    r"\bhttps?://[^\s<>\"'|]+|\b(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b(?:/[^\s<>\"'|]*)?",
    re.IGNORECASE,
)
QUANTITY = re.compile(
    r"(?<![\w.,])(?P<before>[£$€])? ?(?P<amount>\d+(?:,\d{3})*(?:\.\d+)?)(?!\d)\s?-?"
    r"(?P<unit>%|(?:km|cm|mm|metres?|meters?|m|feet|ft|yards?|yds?|miles?|acres?|ha|hectares?|sq(?:uare)? ?m(?:etres)?|"
    r"sqm|m2|m²|kw|kwh|mph|gbp|pounds?|pence|p|hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|yrs?|"
    r"holes?|lanes?|seats?|bays?|spaces?)\b)?",
    re.IGNORECASE,
)
UNITS = {
    "metre": "m", "meter": "m", "foot": "ft", "feet": "ft", "yard": "yd", "yds": "yd", "hectare": "ha",
    "square metre": "m2", "sq m": "m2", "sqm": "m2", "m²": "m2", "pound": "£", "gbp": "£", "pence": "p",
    "hrs": "h", "hr": "h", "hour": "h", "minute": "min", "mins": "min", "yrs": "year", "yr": "year",
}  # fmt: skip
NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ]
    )
}
SPORTS_WITH_COURTS = (
    "squash|tennis|padel|badminton|football|five-a-side|seven-a-side|basketball|pickleball|table tennis"
)
COUNT = re.compile(
    rf"(?<![\d.,£$€–-])\b(\d{{1,2}}|{'|'.join(NUMBER_WORDS)})\s+((?:(?!and\b)[\w-]+\s+){{0,3}}?)({SPORTS_WITH_COURTS})\s+(courts?|pitch(?:es)?)\b",
    re.IGNORECASE,
)
PART_OF_A_SUM = re.compile(  # "4 indoor and 6 outdoor tennis courts": six is not the number of tennis courts
    rf"\b(?:\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) (?:indoor|outdoor|covered|floodlit|grass|clay|hard)(?: and| &|,) $",
    re.IGNORECASE,
)
BOOLEANS = {
    "parking_available": r"\b(?:parking|car park)\b",
    "wifi": r"\bwi[-‑]?fi\b",
    "disabled_access": (
        r"\b(?:wheelchair[- ](?:access(?:ible)?|friendly)|suitable for wheelchairs?|disabled (?:access|toilets?)|"
        r"step[- ]free|level access|accessible (?:changing|toilets?|entrance))\b"
    ),
}
CLAUSE = re.compile(r"[^.;,!?\n]+[.;,!?\n]?")
# "no free parking", not "no charge for parking"
DENIED_BEFORE = re.compile(
    r"\b(?:no|not|without|never|isn['’]t|aren['’]t)"
    r"(?: (?:free|on-?site|car|public|private|dedicated|visitor|customer|own|any|currently|fully|yet|longer)){0,3} ?$",
    re.IGNORECASE,
)
NOT_YET = re.compile(r"\b(?:coming soon|planned|opening (?:soon|in 20\d\d))\b", re.IGNORECASE)
DENIED_AFTER = re.compile(r" (?:is|are)(?: not|n['’]t)\b| (?:is |are )?(?:un|not )available\b", re.IGNORECASE)


def find_urls(text: str) -> Iterator[Found]:
    """Web addresses, with or without a scheme, as host and path in lower case: "club.example/join"."""
    for match in URL.finditer(text):
        if not text[: match.start()].endswith("@"):
            written = match[0].rstrip(".,;:!?)]")
            yield Found(plain_url(written), match.start(), match.start() + len(written))


def find_quantities(text: str) -> Iterator[Found]:
    """Numbers with their units, including prices: "£ 12.50", "25 m", "6"."""
    for match in QUANTITY.finditer(text):
        unit = (match["unit"] or "").lower()
        unit = UNITS.get(unit, UNITS.get(unit.removesuffix("s"), unit.removesuffix("s")))
        amount = match["amount"].replace(",", "").rstrip("0").rstrip(".") if "." in match["amount"] else match["amount"]
        value = f"{match['before'] or unit} {amount.replace(',', '')}".strip()
        yield Found(value, match.start(), match.end())


def find_counts(text: str) -> Iterator[Found]:
    """Numbers of courts or pitches, as JSON: {"squash_courts": 6}."""
    counted: dict[str, list[tuple[int, re.Match[str]]]] = {}
    for match in COUNT.finditer(text):
        number = int(match[1]) if match[1].isdigit() else NUMBER_WORDS[match[1].lower()]
        sport = match[3].lower().replace("-", "_").replace(" ", "_")
        thing = "pitches" if match[4].lower().startswith("pitch") else "courts"
        counted.setdefault(f"{sport}_{thing}", []).append((number, match))
    for what, hits in counted.items():
        is_one_number = len({number for number, _ in hits}) == 1
        number, match = hits[0]
        if is_one_number and not PART_OF_A_SUM.search(text[: match.start()]):
            yield Found(json.dumps({what: number}), match.start(), match.end())


def find_boolean(field_name: str, text: str) -> Iterator[Found]:
    """true or false as stated, or both if the text contradicts itself. Questions are no statements."""
    said: dict[str, Found] = {}
    for found in find_statements(BOOLEANS[field_name], text):
        said.setdefault(found.value, found)
    yield from said.values()


def find_statements(pattern: str, text: str) -> Iterator[Found]:
    """Statements that the thing of the pattern exists ("true") or does not exist ("false"), with their positions."""
    for clause in CLAUSE.finditer(text):
        is_stated = not clause[0].endswith("?") and not NOT_YET.search(clause[0])
        for match in [] if not is_stated else re.finditer(pattern, clause[0], re.IGNORECASE):
            before = DENIED_BEFORE.search(clause[0], 0, match.start())
            after = DENIED_AFTER.match(clause[0], match.end())
            value = "false" if before or after else "true"
            start, end = (before or match).start(), (after or match).end()
            yield Found(value, clause.start() + start, clause.start() + end)


def is_denied(start: int, end: int, text: str) -> bool:
    """Whether the text denies text[start:end]: "no swimming pool"."""
    clause = next((c for c in CLAUSE.finditer(text) if c.start() <= start < c.end()), None)
    if clause is None:
        return False
    before = DENIED_BEFORE.search(clause[0], 0, start - clause.start())
    return bool(before or DENIED_AFTER.match(clause[0], end - clause.start()))


Finder = Callable[[str], Iterable[Found]]
FIELDS_FOUND = ("phone", "email", "postcode", "street_address", "opening_hours", "discovered_attributes", *BOOLEANS)


@lru_cache  # the same finders for all texts of a country: their hits are cached by finder
def finders_of(country: str | None, streets: Streets) -> Mapping[str, Finder]:
    """The finder of each field that a parser reads. Phones, postcodes and streets are written as in the country."""
    return {
        "phone": partial(find_phones, country=country),
        "email": find_emails,
        "postcode": partial(find_postcodes, country=country),
        "street_address": partial(streets.find, country=country),
        "opening_hours": find_hours,
        "discovered_attributes": find_counts,
        **{name: partial(find_boolean, name) for name in BOOLEANS},
    }
