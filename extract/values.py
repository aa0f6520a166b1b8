"""Deterministic parsers: a value is verified when one of these derives it again from its quote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

REGION = "GB"
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
STREET_TYPES = (
    "Street|Road|Avenue|Terrace|Place|Lane|Drive|Crescent|Way|Square|Gardens|Row|Quay|Promenade|Wynd|Bridge|"
    "High Street|Grove|Loan|Park|View|Walk|Close|Court|Hill|Parkway|Broadway"
)
STREET = re.compile(
    rf"\b(?:\d+[A-Z]?(?:-\d+)? )(?:[A-Z][\w']+ ){{0,4}}(?:{STREET_TYPES})\b(?: (?:North|South|East|West))?"
)
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
    rf"\b(\d{{1,2}}|{'|'.join(NUMBER_WORDS)})\s+((?:(?!and\b)[\w-]+\s+){{0,3}}?)({SPORTS_WITH_COURTS})\s+(courts?|pitch(?:es)?)\b",
    re.IGNORECASE,
)
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
TIME = r"\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?"
HOURS = re.compile(
    rf"(?P<days>daily|every day|7 days(?: a week)?|{DAY}(?:\s*(?:-|–|to|&|and|,)\s*{DAY})*)\s*:?,?\s*(?:from\s+)?"
    rf"(?P<opens>{TIME})\s*(?:-|–|to|until)\s*(?P<closes>{TIME})",
    re.IGNORECASE,
)
BOOLEANS = {
    "parking_available": (r"parking", r"no(?: on-?site| onsite)? parking|parking is not|without parking"),
    "wifi": (r"wi-?fi", r"no wi-?fi|without wi-?fi"),
    "disabled_access": (
        r"wheelchair access(?:ible)?|disabled access|step-free access|accessible changing",
        r"no (?:wheelchair|disabled|step-free) access|not wheelchair accessible",
    ),
}


@dataclass(frozen=True)
class Found:
    """A value in its normal form, and where in the text it stands."""

    value: str
    start: int
    end: int


def find_phones(text: str) -> Iterator[Found]:
    """Valid numbers in E.164; by libphonenumber's rules for Great Britain."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION):
        yield Found(
            phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), match.start, match.end
        )


def find_postcodes(text: str) -> Iterator[Found]:
    for match in POSTCODE.finditer(text):
        yield Found(f"{match[1]} {match[2]}".upper(), match.start(), match.end())


def find_emails(text: str) -> Iterator[Found]:
    for match in EMAIL.finditer(text):
        yield Found(match[0].lower(), match.start(), match.end())


def find_streets(text: str) -> Iterator[Found]:
    for match in STREET.finditer(text):
        yield Found(match[0], match.start(), match.end())


def find_counts(text: str) -> Iterator[Found]:
    """How many courts or pitches: {"squash_courts": 6} as JSON."""
    for match in COUNT.finditer(text):
        number = NUMBER_WORDS.get(match[1].lower()) if not match[1].isdigit() else int(match[1])
        sport = match[3].lower().replace("-", "_").replace(" ", "_")
        thing = "pitches" if match[4].lower().startswith("pitch") else "courts"
        yield Found(json.dumps({f"{sport}_{thing}": number}), match.start(), match.end())


def find_hours(text: str) -> Iterator[Found]:
    """Opening hours in prose as {"mo": [["07:00", "22:30"]], ...}; all stated days in one value."""
    week: dict[str, list[list[str]]] = {}
    matches = list(HOURS.finditer(text))
    for match in matches:
        opens, closes = _clock(match["opens"]), _clock(match["closes"])
        if opens is None or closes is None:
            return
        if opens >= closes and "m" not in match["opens"].lower():
            return  # "9 to 5" may be anything
        for day in _days(match["days"].lower()):
            week.setdefault(day, []).append([opens, closes])
    if week:
        ordered = {day: week[day] for day in DAYS if day in week}
        yield Found(json.dumps(ordered), matches[0].start(), matches[-1].end())


def _days(words: str) -> list[str]:
    if not re.match(DAY, words) or words.startswith("daily"):
        return list(DAYS)
    parts = [day[:2] for day in re.findall(DAY, words)]
    if len(parts) == 2 and re.search(r"-|–|to", words):
        first, last = DAYS.index(parts[0]), DAYS.index(parts[1])
        return list(DAYS[first : last + 1]) if first <= last else [*DAYS[first:], *DAYS[: last + 1]]
    return parts


def _clock(text: str) -> str | None:
    match = re.match(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", text.strip().lower())
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] == "pm" and hour < 12:
        hour += 12
    if match[3] == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour <= 24 and minute < 60 else None


def find_boolean(field_name: str, text: str) -> Iterator[Found]:
    """true or false as stated; silence says nothing."""
    stated, denied = BOOLEANS[field_name]
    no = re.search(denied, text, re.IGNORECASE)
    yes = re.search(stated, text, re.IGNORECASE)
    if no:
        yield Found("false", no.start(), no.end())
    elif yes:
        yield Found("true", yes.start(), yes.end())


FINDERS = {
    "phone": find_phones,
    "email": find_emails,
    "postcode": find_postcodes,
    "street_address": find_streets,
    "opening_hours": find_hours,
    "discovered_attributes": find_counts,
    **{name: (lambda text, name=name: find_boolean(name, text)) for name in BOOLEANS},
}


def derives(field_name: str, value: str, quote: str) -> bool | None:
    """Whether a parser gets `value` from `quote`; None where the field has no parser."""
    finder = FINDERS.get(field_name)
    return None if finder is None else any(found.value == value for found in finder(quote))
