"""Countries: their names in many languages, and which one the values of a list speak of."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.lists.proposal import Column
from ingest.lists.proposal.values import POSTCODES, as_number, host_of

Box = tuple[float, float, float, float]  # south, west, north, east
SPOKEN_IN = {  # language of headers -> countries whose lists have it
    "en": ("GB", "IE", "US", "CA", "AU", "NZ", "ZA", "IN"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "LU", "CA"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "es": ("ES", "MX", "AR", "CO", "CL", "PE"),
    "pt": ("PT", "BR"),
    "pl": ("PL",),
    "cs": ("CZ",),
    "da": ("DK",),
    "nb": ("NO",),
    "sv": ("SE", "FI"),
    "fi": ("FI",),
    "hu": ("HU",),
    "ro": ("RO",),
    "el": ("GR",),
    "tr": ("TR",),
    "ja": ("JP",),
    "ko": ("KR",),
}
SHARE = 0.8  # of the values that must speak of one country
TOP_LEVEL_OF = {"uk": "GB"}
NO_COUNTRY = frozenset(
    {"com", "org", "net", "info", "biz", "io", "eu", "co", "me", "tv", "app", "dev", "ai", "cc", "ly"}
)


@dataclass(frozen=True)
class Countries:
    """What the seed `countries` says."""

    codes: Mapping[str, str]  # any name or code in small letters -> ISO code
    boxes: Mapping[str, Box]
    calling: Mapping[str, str]  # calling code -> ISO code, where one country has it

    def code(self, text: str) -> str | None:
        return self.codes.get(" ".join(text.split()).casefold())

    def holds(self, country: str, latitude: float, longitude: float) -> bool:
        south, west, north, east = self.boxes.get(country, (-90.0, -180.0, 90.0, 180.0))
        in_width = west <= longitude <= east if west <= east else not east < longitude < west
        return south <= latitude <= north and in_width


def read_countries(seed: Path) -> Countries:
    codes: dict[str, str] = {}
    boxes: dict[str, Box] = {}
    calling: dict[str, list[str]] = {}
    with seed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["country"]
            for name in (code, row["country_name"], *row["other_names"].split(";")):
                codes.setdefault(name.casefold(), code)
            if row["south"]:
                boxes[code] = tuple(float(row[side]) for side in ("south", "west", "north", "east"))  # type: ignore[assignment]
            calling.setdefault(row["calling_code"], []).append(code)
    codes.update({"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "usa": "US"})
    return Countries(
        codes, boxes, {number: found[0] for number, found in calling.items() if number and len(found) == 1}
    )


@dataclass(frozen=True)
class Evidence:
    """A country, and what says so."""

    country: str
    because: str


def country_of(chosen: Mapping[str, Sequence[Column]], language: str | None, countries: Countries) -> Evidence | None:
    """The one country that the values of the list speak of; None if they speak of several or of none."""
    if columns := chosen.get("country"):
        found = [countries.code(value) or "?" for value in columns[0].values]
        return _one(found, f'the column "{columns[0].name}"')
    postcodes = [value for column in chosen.get("postcode", ()) for value in column.values]
    for code, form in POSTCODES.items():
        if postcodes and sum(bool(form.fullmatch(value.strip())) for value in postcodes) >= SHARE * len(postcodes):
            return Evidence(code, "the form of the postcodes")
    phones = [value for column in chosen.get("phone", ()) for value in column.values]
    dialled = [_dialled(value, countries) for value in phones if value.strip().startswith(("+", "00"))]
    if len(dialled) >= SHARE * len(phones) and (evidence := _one(dialled, "the calling code of the phones")):
        return evidence
    sites = [value for name in ("website_url", "email") for column in chosen.get(name, ()) for value in column.values]
    endings = [ending for value in sites if (ending := _ending(value)) not in NO_COUNTRY]
    named = [_of_ending(ending, countries) for ending in endings]
    if len(endings) >= max(2, 0.5 * len(sites)) and (evidence := _one(named, "the endings of the web addresses")):
        return evidence
    return _by_points(chosen, language, countries)


def _by_points(chosen: Mapping[str, Sequence[Column]], language: str | None, countries: Countries) -> Evidence | None:
    """The one country of the language that holds every point."""
    if not language or not chosen.get("latitude") or not chosen.get("longitude"):
        return None
    norths, easts = (chosen[name][0].cells or chosen[name][0].values for name in ("latitude", "longitude"))
    numbers = [(as_number(north or ""), as_number(east or "")) for north, east in zip(norths, easts, strict=False)]
    points = [(north, east) for north, east in numbers if north is not None and east is not None]
    found = [
        country
        for country in SPOKEN_IN.get(language, ())
        if country in countries.boxes and points and all(countries.holds(country, *point) for point in points)
    ]
    return Evidence(found[0], "the points and the language of the headers") if len(found) == 1 else None


def _one(found: Sequence[str], because: str) -> Evidence | None:
    counted = Counter(found).most_common(1)
    if not counted or counted[0][0] == "?" or counted[0][1] < SHARE * len(found):
        return None
    return Evidence(counted[0][0], because)


def _dialled(phone: str, countries: Countries) -> str:
    digits = "".join(character for character in phone if character.isdigit())
    digits = digits.removeprefix("00") if phone.strip().startswith("00") else digits
    if digits.startswith("44"):
        return "GB"  # of the countries with this code nearly all phones are British
    return next((countries.calling[digits[:n]] for n in (3, 2, 1) if digits[:n] in countries.calling), "?")


def _ending(value: str) -> str:
    return host_of(value.rpartition("@")[2]).rpartition(".")[2].casefold()


def _of_ending(ending: str, countries: Countries) -> str:
    code = TOP_LEVEL_OF.get(ending, ending.upper())
    return code if code in countries.boxes else "?"
