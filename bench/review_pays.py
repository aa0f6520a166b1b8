"""What 50 answers of a reviewer are worth on a sandbox made harder: python -m bench.review_pays [--draws N] [--plain].

Each draw spoils the records of the sandbox: letters of names, phones, websites, postcodes and points. `trigpoint label`
chooses 50 pairs, the truth answers them, and `trigpoint tune matching` learns. F1 is over all pairs of records. The
answers are also written as decisions (`match_overrides`), which is what review in the browser does. The measured rise
by the weights stands beside the rise that `tune matching` promises, with its range. `--plain` leaves the records as
they are: the shipped weights are right there, and so a promise of a rise would be false.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from orchestrate.learn.eval_matching import (
    PAIR_COLUMNS,
    RECORD_COLUMNS,
    SANDBOX_TRUTH,
    build_sandbox,
    read_truth,
    scratch_warehouse,
)
from orchestrate.store.queries import query_rows
from tests.project_copy import copy_project

ANSWERS = 50
TRIGPOINT = Path(sys.executable).with_name("trigpoint")
LETTERS = "abcdefghijklmnoprstuvw"
Row = dict[str, Any]


async def sandbox_records() -> list[Row]:
    """Every matched record of the sandbox, with the place that it is about."""
    truth = read_truth(SANDBOX_TRUTH)
    async with scratch_warehouse() as (warehouse, dbt):
        await build_sandbox(warehouse, dbt)
        rows = query_rows(warehouse.connection, f"""
            select {", ".join(name for name in RECORD_COLUMNS if name not in ("source", "raw_categories"))},
                source_name as source, array_to_string(raw_categories, ';') as raw_categories, record_key
            from intermediate.int_records semi join intermediate.int_match_features using (record_key)
            order by record_key
        """, [])  # fmt: skip
    return [{**row, "place": truth[row["record_key"]]} for row in rows if row["record_key"] in truth]


def spoiled(row: Row, dice: random.Random) -> Row:
    """The record as a careless list would have it. Its source becomes a list of its own."""
    name = _misspelt(row["entity_name"], dice)
    lost = {field: None for field in ("phone", "website_url", "postcode", "street_address") if dice.random() < 0.5}
    moved = {field: row[field] and row[field] + dice.gauss(0, 0.001) for field in ("latitude", "longitude")}
    return {**row, **lost, **moved, "entity_name": name, "source": f"{row['source']}_list"}


def _misspelt(name: str, dice: random.Random) -> str:
    words = name.split()
    if len(words) > 2 and dice.random() < 0.25:
        words.pop(dice.randrange(len(words)))
    text = " ".join(words)
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(LETTERS) + text[at + dice.randint(0, 1) :]
    return text


def write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def all_pairs(rows: Sequence[Row]) -> list[Row]:
    return [
        {
            "left_source": left["source"], "left_id": left["source_record_id"], "right_source": right["source"],
            "right_id": right["source_record_id"], "label": int(left["place"] == right["place"]),
        }
        for left, right in combinations(rows, 2)
    ]  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """The files of one draw, and how its commands are called."""

    folder: Path
    project: Path
    records: Path
    pairs: Path

    def call(self, *arguments: str | Path) -> str:
        environment = {**os.environ, "TRIGPOINT_PROJECT_DIR": str(self.project)}
        done = subprocess.run(
            [TRIGPOINT, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def f1(self) -> float:
        scores = json.loads(self.call("eval", "matching", "--records", self.records, "--pairs", self.pairs, "--json"))
        return float(scores["f1"])

    def seed(self, name: str) -> Path:
        return self.project / "dbt_project" / "seeds" / f"{name}.csv"


def answered(draw: Draw, rows: Sequence[Row]) -> list[Row]:
    """The most telling pairs, with the answers of the truth."""
    places = {(row["source"], row["source_record_id"]): row["place"] for row in rows}
    path = draw.folder / "answers.csv"
    draw.call("label", "--records", draw.records, "--pairs", str(ANSWERS), "--out", path)
    with path.open(newline="", encoding="utf-8") as file:
        asked = [{name: row[name].removeprefix("'") for name in PAIR_COLUMNS} for row in csv.DictReader(file)]
    for row in asked:
        left, right = (places[row[f"{side}_source"], row[f"{side}_id"]] for side in ("left", "right"))
        row["label"] = str(int(left == right))
    write(path, PAIR_COLUMNS, asked)
    return asked


def measured(rows: Sequence[Row], folder: Path) -> dict[str, float]:
    """F1 before the answers, with the weights that they teach, with the decisions, and with both."""
    records = write(folder / "records.csv", RECORD_COLUMNS, rows)
    pairs = write(folder / "pairs.csv", PAIR_COLUMNS, all_pairs(rows))
    draw = Draw(folder, copy_project(folder / "project"), records, pairs)
    found = {"before": draw.f1()}
    asked = answered(draw, rows)
    own = draw.seed("match_weights").read_bytes()
    learned = folder / "learned.csv"
    taught = draw.call(
        "tune", "matching", "--records", records, "--pairs", folder / "answers.csv", "--out", learned, "--json"
    )
    promised = json.loads(taught)
    found |= {"promised": promised["f1_rise"], "low": promised["f1_rise_low"], "high": promised["f1_rise_high"]}
    draw.seed("match_weights").write_bytes(learned.read_bytes())
    found["weights"] = draw.f1()
    found["rise"] = found["weights"] - found["before"]
    decide(draw.seed("match_overrides"), asked)
    found["both"] = draw.f1()
    draw.seed("match_weights").write_bytes(own)
    found["decisions"] = draw.f1()
    return found


def decide(seed: Path, asked: Sequence[Row]) -> None:
    rows = [
        {
            "left_record_key": f"{row['left_source']}:{row['left_id']}",
            "right_record_key": f"{row['right_source']}:{row['right_id']}",
            "decision": "must_match" if row["label"] == "1" else "cannot_match",
            "reason": "truth", "author": "bench", "decided_on": "2026-01-01",
        }
        for row in asked
    ]  # fmt: skip
    write(seed, list(rows[0]), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--plain", action="store_true", help="spoil nothing: one draw")
    given = parser.parse_args()
    records = asyncio.run(sandbox_records())
    columns = ("before", "weights", "rise", "promised", "low", "high", "decisions", "both")
    print(f"{len(records)} records, {ANSWERS} answers; F1 over all pairs")
    print(f"{'draw':6}" + "".join(f"{name:>12}" for name in columns), flush=True)
    found = []
    for number in range(1 if given.plain else given.draws):
        dice = random.Random(number)
        with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as folder:
            rows = records if given.plain else [spoiled(row, dice) for row in records]
            found.append(measured(rows, Path(folder)))
        print(f"{number:<6}" + "".join(f"{found[-1][name]:12.4f}" for name in columns), flush=True)
    print(f"{'mean':6}" + "".join(f"{sum(f[name] for f in found) / len(found):12.4f}" for name in columns))


if __name__ == "__main__":
    main()
