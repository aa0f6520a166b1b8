"""Writes the seed `public_suffixes`: `make suffixes`.

The list is Mozilla's Public Suffix List, as the package publicsuffixlist ships it, with our own list of shared hosts. A
top-level domain without other rules needs no row, because every last label is a suffix.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from extract.web.domains import SHARED

SEED = Path(__file__).parents[1] / "dbt_project" / "seeds" / "public_suffixes.csv"
PRIVATE = "===BEGIN PRIVATE DOMAINS==="


class Suffix(NamedTuple):
    """A row of the seed. `labels` is how many labels before the suffix belong to the registrable domain."""

    suffix: str
    labels: int
    section: str


def main() -> None:
    rows = {row.suffix: row for row in suffixes()}
    with SEED.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Suffix._fields)
        writer.writerows(sorted(rows.values()))


def suffixes() -> Iterator[Suffix]:
    """A row for each suffix, in Unicode and in ASCII. A wildcard covers the plain rule of the same suffix."""
    yield from (Suffix(host, 1, "shared") for host in SHARED)
    section, plain = "icann", list[Suffix]()
    for line in files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8").splitlines():
        rule = line.strip()
        section = "private" if PRIVATE in rule else section
        if rule and not rule.startswith("//"):
            plain += [_row(name, section) for name in sorted({rule, _ascii(rule)})]
    plain.sort(key=lambda row: row.labels)  # the last row of a suffix counts
    yield from (row for row in plain if "." in row.suffix or row.labels != 1)


def _row(rule: str, section: str) -> Suffix:
    if rule.startswith("!"):
        return Suffix(rule[1:], 0, section)
    return Suffix(rule[2:], 2, section) if rule.startswith("*.") else Suffix(rule, 1, section)


def _ascii(rule: str) -> str:
    return ".".join(label if label in ("*", "") else label.encode("idna").decode() for label in rule.split("."))


if __name__ == "__main__":
    main()
