"""A person changes the trust in a source."""

from __future__ import annotations

import csv
import random
from pathlib import Path


def change_trust(seeds: Path, chance: random.Random) -> str:
    """Give one row of `source_trust.csv` another trust. Returns what happened."""
    file = seeds / "source_trust.csv"
    header, *rows = csv.reader(file.read_text().splitlines())
    row = chance.choice(rows)
    row[header.index("trust")] = str(chance.randint(40, 95))
    with file.open("w", newline="") as written:
        csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return f"trust in {row[0]} changes"
