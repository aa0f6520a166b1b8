"""Reads a person's value into the form of a source's value: a phone in E.164, hours as a week, yes as true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial

import phonenumbers

from extract.addresses.postal import country_of_code, grammar_of
from extract.addresses.postcodes import read_postcode
from extract.hours.opening_hours import read_hours
from extract.hours.stated_week import DAYS
from extract.text.normalised import BOOLEANS
from extract.text.readers import YES_OR_NO
from extract.values.emails import read_emails
from extract.values.phones import read_phones
from extract.values.reading import Values
from extract.web.social import SITE_OF
from extract.web.websites import profiles, read_urls
from orchestrate.seeds.files import ClosedList, SeedFile, nearest, shown

Reader = Callable[[str], str | None]
Seeds = Mapping[str, SeedFile]

STATUSES = ("operational", "closed_temporarily", "closed_permanently", "planned")
# Fields that are gathered from all records and have no single right value.
GATHERED = {"raw_categories", "external_ids", "discovered_attributes"}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class UnreadableValueError(ValueError):
    """The value cannot be read. The message says what the field needs."""


def default_country(seeds: Seeds) -> str | None:
    """The country of the first area, which is the area of a query without one."""
    return next((row.cells["country"] for row in seeds["areas"].rows), None)


def read_value(field: str, value: str, lists: Mapping[str, ClosedList], country: str | None) -> str:
    """The value in the form of a source's value, in the country. Raises UnreadableValueError."""
    text = " ".join(value.split())
    if field in GATHERED:
        raise UnreadableValueError(f"{field} is gathered from all records; no single value can correct it.")
    if field in lists:
        return _canonical(text, lists[field])
    reader, form = OF_A_COUNTRY[field](country) if field in OF_A_COUNTRY else READERS.get(field, (_text, "a text"))
    read = reader(text)
    if read is None:
        raise UnreadableValueError(f"{shown(text)} is not {form}.")
    return read


def _canonical(text: str, known: ClosedList) -> str:
    canonical = "_".join(text.casefold().split())
    if canonical not in known.values:
        raise UnreadableValueError(f"there is no {known.kind} {shown(text)}; {nearest(canonical, known.values)}")
    return canonical


def _one(read: Callable[[str], Values]) -> Reader:
    """Turns the reader of a source's field into a reader of one value."""

    def read_one(text: str) -> str | None:
        values = read(text).values
        return values[0] if len(values) == 1 else None

    return read_one


def _hours(text: str) -> str | None:
    """A week as JSON, or an OpenStreetMap expression in which all weeks are equal."""
    try:
        week = json.loads(text)
    except ValueError:
        return read_hours(text).week
    if not isinstance(week, dict) or not week or not week.keys() <= set(DAYS):
        return None
    if not all(_are_spans(spans) for spans in week.values()):
        return None
    return json.dumps({day: sorted(week[day]) for day in DAYS if day in week})


def _are_spans(spans: object) -> bool:
    return isinstance(spans, list) and all(
        isinstance(span, list) and len(span) == 2 and all(isinstance(t, str) and CLOCK.fullmatch(t) for t in span)
        for span in spans
    )


def _number(least: float, greatest: float) -> Reader:
    def read(text: str) -> str | None:
        try:
            number = float(text)
        except ValueError:
            return None
        return text if least <= number <= greatest and "_" not in text else None

    return read


def _text(text: str) -> str | None:
    return text or None


def _country(text: str) -> str | None:
    return text.upper() if text.upper() in phonenumbers.SUPPORTED_REGIONS else None


def _phone(country: str | None) -> tuple[Reader, str]:
    example = phonenumbers.example_number(country) if country else None
    national = example and phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _one(lambda text: read_phones(text, country)), f"a phone number, such as {national or '+49 30 23125 000'}"


def _postcode(country: str | None) -> tuple[Reader, str]:
    """A code of the country, or one of another country that is known by its form or holds digits alone."""
    grammar = grammar_of(country)

    def read(text: str) -> str | None:
        code = " ".join(text.upper().split())
        if country_of_code(code) not in (None, country):
            return code
        is_digits = re.fullmatch(r"\d[\d -]{2,9}\d", code)
        return (
            (_one(lambda text: read_postcode(text, country))(text) if grammar else None) or (is_digits and code) or None
        )

    return read, f"a postcode, such as {grammar.examples[0] if grammar else '10435'}"


OF_A_COUNTRY: dict[str, Callable[[str | None], tuple[Reader, str]]] = {"phone": _phone, "postcode": _postcode}
READERS: dict[str, tuple[Reader, str]] = {
    "email": (_one(read_emails), "an email address, such as club@club.example"),
    "website_url": (
        _one(lambda text: Values(tuple(read_urls(text)))),
        "one address, such as https://www.club.example/",
    ),
    **{
        field: (_one(partial(profiles, field_name=field)), f"a profile on {site.hosts[0]}")
        for field, site in SITE_OF.items()
    },
    "opening_hours": (_hours, "a week of hours, such as Mo-Fr 09:00-17:00; Sa 10:00-16:00"),
    **{field: (lambda text: YES_OR_NO.get(text.casefold()), "yes or no") for field in BOOLEANS},
    "latitude": (_number(-90, 90), "a latitude, in degrees from -90 to 90"),
    "longitude": (_number(-180, 180), "a longitude, in degrees from -180 to 180"),
    "rating": (_number(0, 5), "a rating from 0 to 5"),
    "rating_count": (lambda text: text if re.fullmatch(r"\d{1,9}", text) else None, "a whole number"),
    "operating_status": (
        lambda text: status if (status := "_".join(text.casefold().split())) in STATUSES else None,
        f"one of {', '.join(STATUSES)}",
    ),
    "country": (_country, "a country of ISO 3166, such as GB"),
}
