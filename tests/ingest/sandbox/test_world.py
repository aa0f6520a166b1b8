"""The sandbox's world: its files are what the builder makes, and only the evaluation reads the truth."""

import ast
import csv
import json
from collections import Counter
from pathlib import Path

import pytest

import ingest.sandbox
from ingest.sandbox import build_world

HERE = Path(ingest.sandbox.__file__).parent


def world() -> dict[str, list[dict]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted((HERE / "world").glob("*.json"))}


def truth() -> list[dict[str, str]]:
    with (HERE / "truth.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_world_is_what_its_builder_makes():
    made = dict(build_world.rendered(build_world.build()))

    assert {path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text} == set()
    assert len(made) == 8


def test_truth_has_one_row_for_each_record():
    held = Counter((source, record["id"]) for source, records in world().items() for record in records)

    assert Counter((row["source_name"], row["source_record_id"]) for row in truth()) == held
    assert set(held.values()) == {1}


def test_world_is_large_enough_to_be_hard():
    places = {row["place_id"] for row in truth() if row["place_id"]}

    assert len(places) >= 150
    assert len(truth()) >= 450


@pytest.mark.parametrize(
    ("file", "reader"),
    [("truth.csv", "orchestrate/learn/eval_matching.py"), ("true_values.csv", "orchestrate/learn/eval_confidence.py")],
)
def test_only_the_evaluation_reads_the_truth(file, reader):
    root = HERE.parents[1]
    readers = {
        str(path.relative_to(root))
        for package in ("ingest", "extract", "orchestrate")
        for path in (root / package).rglob("*.py")
        if any(isinstance(n, ast.Constant) and n.value == file for n in ast.walk(ast.parse(path.read_text())))
    }

    assert readers == {reader, "ingest/sandbox/build_world.py"}
