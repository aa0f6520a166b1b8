"""Values that a model might offer for invented search results of 13 places, each with the right verdict.

`tests/data/claims/templates.tsv` has the cases by kind, with slots; `places.csv` fills the slots. The groups:
mechanical (a wrong digit, unit, day or sum), meaning (the characters are there, but deny the value, or are about
another time, another subject or a part) and harmless (right, perhaps in another spelling).
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import phonenumbers

from extract.schema import QueryContext, TextRecord

DATA = Path(__file__).parents[1] / "data" / "claims"
Group = Literal["mechanical", "meaning", "harmless"]
FEATURES = {"parking_available": "parking", "wifi": "wifi", "disabled_access": "wheelchair access"}
THINGS = {
    "squash": ("canonical_activities", "squash"),
    "climbing": ("canonical_activities", "climbing"),
    "sauna": ("canonical_activities", "sauna"),
    "gym": ("canonical_place_types", "gym"),
}
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SLOT = re.compile(r"\{(\w+(?:\+\w+)?)\}")
# Sentences around the case, and what separates them: snippets have full stops, bars, dots, dashes and lines.
AROUND = [
    "A friendly house for all. {}",
    "{} Visitors welcome.",
    "Drawing and tea · {} · Visitors welcome",
    "Drawing and tea | {} | Visitors welcome",
    "{}",
    "Drawing and tea\n{}\nVisitors welcome",
    "Come and see. {} Visitors welcome.",
]


@dataclass(frozen=True)
class Template:
    kind: str
    group: Group
    language: str
    field: str
    value: str
    quote: str
    text: str
    title: str

    @property
    def is_held_out(self) -> bool:
        """Whether the template is in the half that nobody looks at while the rules are written."""
        return hashlib.md5(self.text.encode(), usedforsecurity=False).digest()[0] % 2 == 0


@dataclass(frozen=True)
class ClaimCase:
    template: Template
    field: str
    value: str
    quote: str
    record: TextRecord
    query: QueryContext


@dataclass(frozen=True)
class Place:
    row: Mapping[str, str]
    other_name: str
    dice: random.Random

    @cached_property
    def slots(self) -> dict[str, str]:
        """The values of the slots that every template may use."""
        n, m = self.dice.sample(range(2, 7), 2)
        low, high = self.dice.randint(100, 499), self.dice.randint(500, 999)
        digits = {"d": str(low), "e": str(high), "n": str(n), "m": str(m)}
        filled = {name: SLOT.sub(lambda slot: digits[slot[1]], text) for name, text in self.row.items()}
        price = self.dice.randint(11, 89)
        past = self.dice.randint(2009, 2023)
        return {
            **filled, **_phones(filled["phone"], filled["country"], self.dice), **_address(filled),
            "n": str(n), "m": str(m), "N": str(n), "n+1": str(n + 1), "n+m": str(n + m),
            "n_word": NUMBERS[n], "N_word": NUMBERS[n].capitalize(),
            "price": str(price), "price+1": str(price + 1), "cur": filled["currency"],
            "past": str(past), "future": str(past + 22), "name2": self.other_name,
            "handle": filled["host"].split(".")[0],
        }  # fmt: skip

    @property
    def query(self) -> QueryContext:
        city = self.row["city"]
        return QueryContext(f"clubs {city}".lower(), None, None, city, ("squash",), self.row["country"])


def _phones(phone: str, country: str, dice: random.Random) -> dict[str, str]:
    number = phonenumbers.parse(phone, country)
    at = [n for n, c in enumerate(phone) if c.isdigit()][-1]
    wrong = str((int(phone[at]) + dice.randint(1, 9)) % 10)
    return {
        "phone_wrong": f"{phone[:at]}{wrong}{phone[at + 1 :]}",
        "phone_short": phone[:at] + phone[at + 1 :],
        "phone_bare": "".join(filter(str.isdigit, phone)),
        "phone_e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        "phone_abroad": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    }


def _address(place: Mapping[str, str]) -> dict[str, str]:
    is_before = place["country"] in ("DE", "AT", "FR", "ES", "IT")
    towns = {"US": "Portland, OR", "CA": "Toronto, ON", "AU": "Brisbane QLD"}
    town = towns.get(place["country"], place["city"])
    line = f"{place['postcode']} {place['city']}" if is_before else f"{town} {place['postcode']}"
    return {
        "address": f"{place['street']}, {line}",
        "address_short": f"{place['street_short']}, {line}",
        "street_upper": place["street"].upper(),
        "postcode_lower": place["postcode"].lower(),
    }


def read_templates() -> list[Template]:
    with (DATA / "templates.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            Template(**{name: row[name] or "" for name in Template.__dataclass_fields__})  # type: ignore[arg-type]
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        ]


def draw_claims(seed: int = 20261129) -> Iterator[ClaimCase]:
    """Every template at every place of its language. The same seed gives the same cases."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for number, template in enumerate(read_templates()):
        for at, row in enumerate(rows):
            if template.language in ("*", row["language"]):
                place = Place(row, rows[(at + 3) % len(rows)]["name"], random.Random(f"{seed} {template.text} {at}"))
                yield from _cases(template, place, number + at)


def _cases(template: Template, place: Place, number: int) -> Iterator[ClaimCase]:
    for field, value, words in _wordings(template):
        slots = {**place.slots, **words}
        about = {name: _filled(getattr(template, name), slots) for name in ("quote", "text", "title")}
        around = AROUND[number % len(AROUND)]
        text = about["text"].rstrip(".")
        if "· {} ·" not in around and "| {} |" not in around and not text.endswith(("?", "!")):
            text += "."
        url = f"https://www.{slots['host']}/"
        record = TextRecord(
            "serper", url, "h", about["title"] or f"{slots['name']} {slots['city']}", around.format(text), url
        )
        yield ClaimCase(template, field, _filled(value, slots), about["quote"], record, place.query)


def _wordings(template: Template) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The field, the value and the words of a case; several where a template is about any feature or thing."""
    if template.field == "@feature":
        for field, word in FEATURES.items():
            yield field, template.value, {"f": word, "F": word[0].upper() + word[1:]}
    elif template.field == "@thing":
        for word, (field, value) in THINGS.items():
            yield field, value, {"t": word, "T": word.capitalize()}
    else:
        yield template.field, template.value, {}


def _filled(text: str, slots: Mapping[str, str]) -> str:
    return SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), text)
