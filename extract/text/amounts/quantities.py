"""Reads numbers with their units, prices and counts of things, in digits and in English words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from extract.found import Found

CODES = "gbp|eur|usd|cad|aud|nzd|zar|chf"
QUANTITY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>[£$€]|R(?=\d)|(?:{CODES})\b) ?)?(?P<amount>\d+(?:,\d{{3}})*(?:\.\d+)?)(?!\d)\s?-?"
    r"(?P<unit>%|[€£]|(?:km|cm|mm|metres?|meters?|m|feet|foot|ft|yards?|yds?|yd|miles?|acres?|ha|hectares?|"
    r"sq(?:uare)? ?m(?:etres)?|sqm|m2|m²|kw|kwh|w|watts?|mph|pounds?|euros?|dollars?|pence|p|hours?|hrs?|h|minutes?|"
    rf"mins?|min|days?|weeks?|months?|years?|yrs?|holes?|lanes?|seats?|bays?|spaces?|{CODES})\b)?",
    re.IGNORECASE,
)
UNITS = {
    "metre": "m", "meter": "m", "foot": "ft", "feet": "ft", "yard": "yd", "yds": "yd", "hectare": "ha",
    "square metre": "m2", "sq m": "m2", "sqm": "m2", "m²": "m2", "pound": "£", "gbp": "£", "pence": "p",
    "hrs": "h", "hr": "h", "hour": "h", "minute": "min", "mins": "min", "yrs": "year", "yr": "year", "watt": "w",
    "euro": "€", "eur": "€", "dollar": "$", **dict.fromkeys(["usd", "cad", "aud", "nzd"], "$"), "zar": "r",
}  # fmt: skip
NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
}  # fmt: skip
SPORTS_WITH_COURTS = (
    "squash|tennis|padel|badminton|football|five-a-side|seven-a-side|basketball|pickleball|table tennis"
)
COUNT = re.compile(
    rf"(?<![\d.,£$€–-])\b(\d{{1,2}}|{'|'.join(NUMBER_WORDS)})[^\S\n]+((?:(?!and\b|\d+\s)[\w-]+[^\S\n]+){{0,3}}?)({SPORTS_WITH_COURTS})\s+(courts?|pitch(?:es)?)\b",
    re.IGNORECASE,
)
PART_OF_A_SUM = re.compile(  # "4 indoor and 6 outdoor tennis courts": six is not the number of tennis courts
    rf"\b(?:\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) (?:indoor|outdoor|covered|floodlit|grass|clay|hard)(?: and| &|,) $",
    re.IGNORECASE,
)


OTHER_UNITS = ["km", "cm", "mm", "m", "yd", "mile", "acre", "ha", "kw", "kwh", "w", "mph", "day", "week", "month"]
KNOWN_UNITS = frozenset([*UNITS, *UNITS.values(), *OTHER_UNITS])


def unit_of(word: str) -> str:
    """The unit in its normal form: "metres" as m, "GBP" as £."""
    unit = word.lower()
    return UNITS.get(unit, UNITS.get(unit.removesuffix("s"), unit.removesuffix("s")))


def find_quantities(text: str) -> Iterator[Found]:
    """Numbers with their units, including prices: "£ 12.50", "25 m", "6"."""
    for match in QUANTITY.finditer(text):
        amount = match["amount"].replace(",", "")
        if "." in amount:
            amount = amount.rstrip("0").rstrip(".")
        unit = unit_of(match["before"] or match["unit"] or "")
        yield Found(f"{unit} {amount}".strip(), match.start(), match.end())


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
        if is_one_number and not PART_OF_A_SUM.search(text, 0, match.start()):
            yield Found(json.dumps({what: number}), match.start(), match.end())
