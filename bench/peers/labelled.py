"""Compares our matching with Splink on labelled lists: python -m bench.peers.labelled [FOLDER] [--places N].

Each folder in FOLDER has the two files of `trigpoint eval matching`, `records.csv` and `pairs.csv`. The last row is an
invented country of N places, where all pairs of records count. Ours has one set of weights and one threshold for all.
Splink learns from each list, and takes the threshold that is best for its labels (`labelled_splink.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.peers.matching import OURS, SPLINK, compare, output_of
from orchestrate.learn.eval_matching import evaluate_matching

COLUMNS = ("ours: clusters", "ours: pairs", "Splink: connected", "Splink: best links", "Splink: pairs")
PLACES = 40_000


def folders_in(directory: Path) -> list[Path]:
    return sorted(path.parent for path in directory.glob("*/pairs.csv") if path.with_name("records.csv").is_file())


def splink_f1(folder: Path) -> dict[str, Any]:
    files = (folder / "records.csv", folder / "pairs.csv")
    return output_of(SPLINK, Path(__file__).with_name("labelled_splink.py"), *files)


def labelled_row(folder: Path) -> dict[str, float]:
    ours = asyncio.run(evaluate_matching(folder / "records.csv", folder / "pairs.csv")).scores
    theirs = splink_f1(folder)
    found = (ours.f1, ours.pair_decisions.f1, *(theirs[way]["f1"] for way in ("connected", "best links", "pairs")))
    return dict(zip(COLUMNS, found, strict=True))


def invented_row(places: int) -> tuple[str, dict[str, float]]:
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        records, found = compare(places, Path(scratch))
    theirs = {f"Splink: {way.removeprefix('splink, ')}": row["f1"] for way, row in found.items() if "splink" in way}
    return f"invented country, {records:,} records", {"ours: clusters": found[OURS]["f1"], **theirs}


def rows(directory: Path | None, places: int) -> Iterator[tuple[str, dict[str, float]]]:
    for folder in folders_in(directory) if directory else ():
        yield folder.name, labelled_row(folder)
    if places:
        yield invented_row(places)


def print_row(name: str, f1: dict[str, float]) -> None:
    cells = (f"{f1[column]:.4f}" if column in f1 else "" for column in COLUMNS)
    print(f"{name:36}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--places", type=int, default=PLACES, help="places of the invented country; 0 for none")
    given = parser.parse_args()
    print(f"{'F1':36}" + "".join(f"{column:>20}" for column in COLUMNS))
    found = []
    for name, f1 in rows(given.folder, given.places):
        print_row(name, f1)
        found.append(f1)
    labelled = [f1 for f1 in found if "ours: pairs" in f1]
    if labelled:
        print_row(
            f"mean of {len(labelled)} labelled lists", {c: sum(f[c] for f in labelled) / len(labelled) for c in COLUMNS}
        )


if __name__ == "__main__":
    main()
