"""Invents a country with a known truth: python -m bench.peers.synthetic_places PLACES OUT [seed].

OUT is a Parquet file, or a folder for six declared lists. The country has PLACES true places in towns of 2,000. Some
of six sources list each place, and each record has its own mistakes. All parameters are at the top of the file. The
rows are in random order. They have the columns that `trigpoint eval matching` reads, and `truth`: the place of the
record. The lists have no truth.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

PLACES_PER_TOWN = 2000
TOWN_SD_METRES = 1600
SOURCES = {"google": 0.62, "osm": 0.58, "web": 0.42, "register": 0.40, "council": 0.28, "charger": 0.20}
KINDS = """
    cafe restaurant hotel pharmacy bakery library school church museum gallery theatre cinema gym garage florist
    butcher barber salon dentist clinic surgery bank solicitors bookshop supermarket grocer hardware laundry nursery
    college stadium pool park playground workshop brewery pub takeaway hostel studio
""".split()
VARIANTS = {
    "restaurant": ["rest", "resto"], "pharmacy": ["chemist", "pharm"], "theatre": ["theater"], "school": ["sch"],
    "church": ["ch", "kirk"], "cinema": ["pictures"], "library": ["lib"], "solicitors": ["solicitor", "law"],
    "supermarket": ["super market"], "bookshop": ["book shop", "books"], "takeaway": ["take away"],
    "cafe": ["café", "caffe"], "garage": ["motors"], "surgery": ["medical practice"], "nursery": ["day nursery"],
    "college": ["coll"], "gallery": ["art gallery"], "museum": ["mus"], "hotel": ["htl"], "workshop": ["works"],
}  # fmt: skip
STREET_TYPES = {
    "street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "place": "pl", "terrace": "ter", "drive": "dr",
}  # fmt: skip
ADJECTIVES = """
    Old New Royal Golden Little Grand Green Blue Red Silver White Happy Lucky Corner Northern Southern
""".split()
LEGAL = ("Ltd", "Limited", "LLP", "PLC", "& Co")
SYLLABLES = """
    ba be bo bri ca ce co cra da de do dun el fa fe fin ga gle go gran ha hel hol in ka kel kin la len lo mac mar
    mil mo nor ol pen pit ra ri ros sa sel ston tar tor ul va ven wa wes wick yar
""".split()
SURNAMES, CHAINS, STREETS = 4000, 150, 1500
COLUMNS = (
    "source", "source_record_id", "entity_name", "latitude", "longitude", "street_address", "postcode", "city",
    "country", "phone", "website_url", "raw_categories", "truth",
)  # fmt: skip
LISTED = ("entity_name", "latitude", "longitude", "street_address", "postcode", "city", "country", "phone")
CONTRACT = """\
source: {source}_list
location: {source}_list.csv
format: csv
id: [source_record_id]
columns: {{{columns}}}
licence: {{name: own, republish: true}}
"""


def word(dice: random.Random, least: int = 2, most: int = 4) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(least, most))).capitalize()


class Country:
    """The words for names, drawn once."""

    def __init__(self, dice: random.Random, places: int) -> None:
        self.dice = dice
        self.surnames = [word(dice) for _ in range(SURNAMES)]
        self.chains = [f"{word(dice)} {dice.choice(['', dice.choice(KINDS).title()])}".strip() for _ in range(CHAINS)]
        self.streets = [word(dice, 2, 3) for _ in range(STREETS)]
        self.towns = [
            (word(dice), 50.5 + 7 * dice.random(), -5 + 6 * dice.random(), "".join(dice.choices("ABDEGHKLNRST", k=2)))
            for _ in range(max(1, places // PLACES_PER_TOWN))
        ]

    def name(self, town: str) -> tuple[str, str]:
        """A name and the kind of the place."""
        dice, kind = self.dice, self.dice.choice(KINDS)
        throw = dice.random()
        if throw < 0.10:
            return dice.choice(self.chains), kind
        if throw < 0.30:
            return f"{town} {kind.title()}", kind
        if throw < 0.50:
            return f"{dice.choice(ADJECTIVES)} {dice.choice(self.surnames)} {kind.title()}", kind
        if throw < 0.70:
            return f"{dice.choice(self.surnames)} {kind.title()}", kind
        if throw < 0.90:
            made_up = word(dice, 3, 5)
            return (made_up if dice.random() < 0.5 else f"{made_up} {kind.title()}"), kind
        return f"The {dice.choice(ADJECTIVES)} {word(dice)} and {dice.choice(self.surnames)}", kind

    def sightings(self, number: int) -> Iterator[tuple]:
        dice = self.dice
        town, south, west, area = self.towns[number // PLACES_PER_TOWN % len(self.towns)]
        latitude = south + dice.gauss(0, TOWN_SD_METRES) / 111_320
        longitude = west + dice.gauss(0, TOWN_SD_METRES) / (111_320 * math.cos(math.radians(south)))
        name, kind = self.name(town)
        street = f"{dice.choice(self.streets)} {dice.choice(list(STREET_TYPES)).title()}"
        house, phone = dice.randint(1, 240), f"0{dice.randint(1_000_000_000, 1_999_999_999)}"
        postcode = (
            f"{area}{dice.randint(1, 20)} {dice.randint(1, 9)}{dice.choice('ABDEFGHJLN')}{dice.choice('ABDEFGHJLN')}"
        )
        seen = [source for source, chance in SOURCES.items() if dice.random() < chance]
        for source in seen or [dice.choice(list(SOURCES))]:
            yield (
                source,
                f"{source}-{number}",
                self._misspelt(name, kind, town),
                *self._moved(source, latitude, longitude),
                self._address(house, street),
                None if dice.random() < 0.40 else postcode,
                town,
                "GB",
                self._phone(phone),
                None,
                None,
                number,
            )

    def _misspelt(self, name: str, kind: str, town: str) -> str:
        dice = self.dice
        if dice.random() < 0.30 and kind in VARIANTS:
            name = name.replace(kind.title(), dice.choice(VARIANTS[kind]).title())
        words = name.split()
        if dice.random() < 0.10 and len(words) > 2:
            words.pop(dice.randrange(len(words)))
        name = " ".join(words)
        throw = dice.random()
        for _ in range(2 if throw < 0.04 else 1 if throw < 0.24 else 0):
            name = self._typo(name)
        if dice.random() < 0.10:
            name = f"{name} {town}"
        if dice.random() < 0.05:
            name = f"{name} {dice.choice(LEGAL)}"
        if dice.random() < 0.03:
            name = " ".join(reversed(name.split()))
        return dice.choice([name, name, name, name.upper(), name.lower()])

    def _typo(self, name: str) -> str:
        dice = self.dice
        at = dice.randrange(len(name))
        letter = dice.choice("abcdefghijklmnoprstuvwy")
        return dice.choice(
            [name[:at] + name[at + 1 :], name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :],
             name[:at] + name[at : at + 2][::-1] + name[at + 2 :]]
        ) or name  # fmt: skip

    def _moved(self, source: str, latitude: float, longitude: float) -> tuple[float | None, float | None]:
        dice = self.dice
        if source == "web" and dice.random() < 0.25:
            return None, None
        metres = min(150.0, abs(dice.gauss(0, 45))) * (0.1 if dice.random() < 0.30 else 1.0)
        angle = dice.random() * 2 * math.pi
        return (
            round(latitude + metres * math.cos(angle) / 111_320, 6),
            round(longitude + metres * math.sin(angle) / (111_320 * math.cos(math.radians(latitude))), 6),
        )

    def _address(self, house: int, street: str) -> str | None:
        dice = self.dice
        if dice.random() < 0.30:
            return None
        if dice.random() < 0.30:
            base, kind = street.rsplit(" ", 1)
            street = f"{base} {STREET_TYPES[kind.lower()].title()}"
        return street if dice.random() < 0.10 else f"{house} {street}"

    def _phone(self, phone: str) -> str | None:
        dice = self.dice
        if dice.random() < 0.55:
            return None
        if dice.random() < 0.02:
            phone = f"0{dice.randint(1_000_000_000, 1_999_999_999)}"
        return f"+44 {phone[1:4]} {phone[4:]}" if dice.random() < 0.5 else f"{phone[:5]} {phone[5:]}"


def generate(places: int, seed: int = 7) -> pa.Table:
    dice = random.Random(seed)
    country = Country(dice, places)
    rows = [row for number in range(places) for row in country.sightings(number)]
    dice.shuffle(rows)
    return pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=list(COLUMNS))


def declare(records: pa.Table, directory: Path) -> None:
    """Write a list of each source, with its contract."""
    directory.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f"{name}: {name}" for name in LISTED)
    for source in SOURCES:
        (directory / f"{source}_list.yml").write_text(CONTRACT.format(source=source, columns=columns))
        own = records.filter(pc.equal(records["source"], source)).select(["source_record_id", *LISTED])
        pyarrow.csv.write_csv(own, directory / f"{source}_list.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=int)
    parser.add_argument("out", type=Path, help="the Parquet file to write, or a folder for lists")
    parser.add_argument("seed", nargs="?", type=int, default=7)
    given = parser.parse_args()
    table = generate(given.places, given.seed)
    if given.out.suffix == ".parquet":
        pq.write_table(table, given.out)
    else:
        declare(table, given.out)
    print(f"{table.num_rows} records of {given.places} places: {given.out}")


if __name__ == "__main__":
    main()
