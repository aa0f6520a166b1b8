"""A person's value in the form that a source's value has: a phone in E.164, hours as a week, yes as true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

import phonenumbers

from extract.opening_hours import read_hours
from extract.readers import SOCIAL_HOSTS, YES_OR_NO
from extract.values import BOOLEANS, DAYS, Found, find_emails, find_phones, find_postcodes, find_urls
from orchestrate.seeds.files import nearest, shown

Taxonomy = Mapping[str, frozenset[str]]  # kind -> its canonical values
Reader = Callable[[str], str | None]

KINDS = {
    "entity_class": "entity_class",
    "canonical_activities": "activity",
    "canonical_roles": "role",
    "canonical_place_types": "place_type",
    "canonical_access": "access",
}
# What is gathered from all records, and has no one right value.
GATHERED = {"raw_categories", "external_ids", "discovered_attributes"}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class UnreadableValueError(ValueError):
    """A sentence that says what the value is not."""


def read_value(field: str, value: str, taxonomy: Taxonomy) -> str:
    """The value as a source would have it. Raises UnreadableValueError."""
    text = " ".join(value.split())
    if field in GATHERED:
        raise UnreadableValueError(f"{field} is gathered from all records; no single value can correct it.")
    if kind := KINDS.get(field):
        canonical = "_".join(text.casefold().split())
        if canonical not in taxonomy.get(kind, ()):
            raise UnreadableValueError(
                f"there is no {kind} {shown(text)}; {nearest(canonical, taxonomy.get(kind, ()))}"
            )
        return canonical
    reader, form = READERS.get(field, (_text, "a text"))
    read = reader(text)
    if read is None:
        raise UnreadableValueError(f"{shown(text)} is not {form}.")
    return read


def _whole(finder: Callable[[str], Iterable[Found]]) -> Reader:
    """What a finder reads, if it is the whole text."""

    def read(text: str) -> str | None:
        found = list(finder(text))
        is_whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(text))
        return found[0].value if is_whole else None

    return read


def _url(hosts: tuple[str, ...] = ()) -> Reader:
    """An address with its scheme, of one of `hosts` if there are any."""

    def read(text: str) -> str | None:
        found = _whole(find_urls)(text)
        host = found.split("/")[0] if found else ""
        is_of_host = not hosts or any(host == site or host.endswith(f".{site}") for site in hosts)
        if not found or not is_of_host:
            return None
        return text if "://" in text else f"https://{text}"

    return read


def _hours(text: str) -> str | None:
    """A week as JSON, or an expression of OpenStreetMap's grammar whose weeks are alike."""
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


READERS: dict[str, tuple[Reader, str]] = {
    "phone": (_whole(find_phones), "a phone number, such as 0131 496 0000 or +44 131 496 0000"),
    "email": (_whole(find_emails), "an email address, such as club@club.example"),
    "postcode": (_whole(find_postcodes), "a British postcode, such as EH15 1DR"),
    "website_url": (_url(), "an address on the web, such as https://www.club.example/"),
    **{field: (_url(hosts), f"an address on {hosts[0]}") for field, hosts in SOCIAL_HOSTS.items()},
    "opening_hours": (_hours, "a week of hours, such as Mo-Fr 09:00-17:00; Sa 10:00-16:00"),
    **{field: (lambda text: YES_OR_NO.get(text.casefold()), "yes or no") for field in BOOLEANS},
    "latitude": (_number(-90, 90), "a latitude, in degrees from -90 to 90"),
    "longitude": (_number(-180, 180), "a longitude, in degrees from -180 to 180"),
    "rating": (_number(0, 5), "a rating from 0 to 5"),
    "rating_count": (lambda text: text if re.fullmatch(r"\d{1,9}", text) else None, "a whole number"),
    "country": (_country, "a country of ISO 3166, such as GB"),
}
