"""How fast a list of invented places lands and gets into the marts, and with how much memory: `make bench-lists`."""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.clock import utc_now
from ingest.lists.declaration.contract_files import read_contracts
from ingest.lists.landing import ListLanding
from ingest.lists.mapping import map_lists
from orchestrate.store.warehouse import create_tables

WORDS = (
    "Braid Thistle Harbour Castle Meadow Priory Links Grange Victoria Albert Station Mill Bridge Kings Queens Park "
    "Forest River Hill Valley Heron Juniper Larch Rowan Teasel Osprey Gorse Sorrel Tern Wren"
).split()
KINDS = ("Tennis Club", "Padel Centre", "Leisure Centre", "Library", "Football Club", "Gym", "Swimming Pool")
STREETS = ("High Street", "Church Road", "Station Road", "Main Street", "Park Avenue", "Mill Lane", "Queens Road")
CODES = ("EH", "G", "M", "LS", "B", "SW", "N")
LETTERS = "ABDEFGHJLN"
COLUMNS = (
    "club_id", "Club Name", "Type", "Address", "Town", "Postcode", "Lat", "Lon", "Tel", "Email", "Website", "Hours",
    "Wifi", "Notes",
)  # fmt: skip
CONTRACT = """\
source: clubs
location: clubs.csv
format: csv
id: [club_id]
columns:
  entity_name: Club Name
  raw_categories: Type
  street_address: Address
  city: Town
  postcode: Postcode
  country: {value: GB}
  latitude: Lat
  longitude: Lon
  phone: Tel
  email: Email
  website_url: Website
  opening_hours: Hours
  wifi: Wifi
licence: {name: own, republish: true}
"""


def write_list(directory: Path, rows: int, seed: int = 7) -> None:
    """A contract and its file."""
    chance = random.Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "clubs.yml").write_text(CONTRACT)
    with (directory / "clubs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row(number, chance) for number in range(rows))


def row(number: int, chance: random.Random) -> list[object]:
    first, second, kind = chance.choice(WORDS), chance.choice(WORDS), chance.choice(KINDS)
    letters = "".join(chance.choices(LETTERS, k=2))
    postcode = f"{chance.choice(CODES)}{chance.randint(1, 20)} {chance.randint(1, 9)}{letters}"
    return [
        f"C{number:07d}", f"{first} {second} {kind} {number % 997}", kind,
        f"{chance.randint(1, 300)} {chance.choice(STREETS)}", f"{chance.choice(WORDS)}ton", postcode,
        f"{50 + 8 * chance.random():.6f}", f"{-5 + 6 * chance.random():.6f}",
        f"01{chance.randint(210000000, 999999999)}",
        f"info@{first.lower()}{number}.example", f"https://www.{first.lower()}{number}.example", "Mo-Fr 09:00-17:00",
        chance.choice(("yes", "no", "")), "One of the league's clubs",
    ]  # fmt: skip


class Spent(NamedTuple):
    """Seconds of the wall clock and of the processor."""

    wall: float
    processor: float


def spent(work: Callable[[], object]) -> Spent:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - processor)


def land(directory: Path) -> tuple[Spent, Spent]:
    """What landing and mapping take in a new warehouse, in this process."""
    contracts = read_contracts(directory / "sources")
    with duckdb.connect(str(directory / "landed.duckdb")) as connection:
        create_tables(connection)
        landing = ListLanding(connection, directory / "sources", directory / "dlt", "bench", utc_now())
        whole = spent(lambda: landing.land(contracts))
        connection.execute("delete from raw.list_fields")
        return whole, spent(lambda: map_lists(connection, contracts))


def build_seconds(directory: Path) -> float:
    """Seconds of `trigpoint build` from the file to the published marts."""
    environment = {
        "TRIGPOINT_DATA_DIR": str(directory / "data"), "TRIGPOINT_SOURCES_DIR": str(directory / "sources")
    }  # fmt: skip
    started = time.perf_counter()
    subprocess.run(
        [Path(sys.executable).with_name("trigpoint"), "build", "--json"],
        env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started


def peak_megabytes(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--landing-only", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        directory = Path(scratch)
        write_list(directory / "sources", wanted.rows)
        import ingest.landing.land  # noqa: F401 (dlt's import is no part of landing)

        before = peak_megabytes(resource.RUSAGE_SELF)
        whole, mapping = land(directory)
        peak = peak_megabytes(resource.RUSAGE_SELF)
        landing = Spent(whole.wall - mapping.wall, whole.processor - mapping.processor)
        for what, used in (("landed", landing), ("mapped", mapping)):
            print(
                f"{wanted.rows:,} rows {what} in {used.wall:.1f} s ({wanted.rows / used.wall:,.0f} a second); "
                f"{used.processor:.1f} s of the processor"
            )
        print(f"peak {peak:,.0f} MB ({before:,.0f} MB before)")
        if not wanted.landing_only:
            seconds = build_seconds(directory)
            peak = peak_megabytes(resource.RUSAGE_CHILDREN)
            print(f"build, from the file to the published marts: {seconds:.0f} s, peak of a process {peak:,.0f} MB")


if __name__ == "__main__":
    main()
