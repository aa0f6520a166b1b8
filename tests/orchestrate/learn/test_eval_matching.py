"""`trigpoint eval matching`: records of a file, matched by the models and compared with labelled pairs."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import PAIR_COLUMNS, RECORD_COLUMNS, evaluate_matching
from tests.orchestrate.explain.test_pair import assert_is_self_contained

RECORDS = [
    "openstreetmap,1,Braid Tennis Club,55.9200,-3.2100,12 Braid Road,EH10 6JJ,Edinburgh,GB,0131 496 0321,,",
    "yelp,a,Braid Tennis Club,55.9201,-3.2101,12 Braid Rd,EH10 6JJ,Edinburgh,GB,+44 131 496 0321,,",
    "openstreetmap,2,Comely Bank Chess Rooms,55.9600,-3.2200,,,,,,,",
    "yelp,b,The Rusty Anchor,55.9300,-3.1000,,,,,,,",
    "yelp,c,,,,,,,,,,",
    "openstreetmap,3,Blackford Squash,55.9245,-3.1950,8 Observatory Road,EH9 3HG,,,0131 496 0987,blackford.example,",
    "yelp,d,Blackford Squash,55.9245,-3.1950,,,,,,,",
    "here,x,The Old Pavilion,55.9245,-3.1950,8 Observatory Road,EH9 3HG,,,0131 496 0987,blackford.example,",
]
PAIRS = ["openstreetmap,1,yelp,a,1", "openstreetmap,2,yelp,b,0", "openstreetmap,2,yelp,c,1", "yelp,d,here,x,1"]
# 63 pairs of invented places in twelve scripts and more, among places with English names: the same name, another
# spelling, a transliteration, a translation, or another place beside it with a word, a street or a kind in common.
SCRIPTS = Path(__file__).parents[2] / "data" / "scripts"
PAIRS_IN_SCRIPTS, WRONG_AT_MOST = 63, 6


@pytest.fixture
def files(tmp_path):
    def write(records=RECORDS, pairs=PAIRS, record_columns=RECORD_COLUMNS, pair_columns=PAIR_COLUMNS):
        paths = tmp_path / "records.csv", tmp_path / "pairs.csv"
        for path, columns, rows in zip(paths, (record_columns, pair_columns), (records, pairs), strict=True):
            path.write_text("\n".join([",".join(columns), *rows]) + "\n")
        return paths

    return write


def rows_of(name: str, columns: tuple[str, ...]) -> list[str]:
    """The lines of a file of the pairs in scripts, with these columns only."""
    with (SCRIPTS / name).open(newline="") as file:
        return [",".join(f'"{row[column]}"' for column in columns) for row in csv.DictReader(file)]


@pytest.mark.slow
def test_labelled_pairs_in_twelve_scripts_are_counted_and_judged_on_a_page(files, command, tmp_path):
    in_scripts = rows_of("records.csv", RECORD_COLUMNS), rows_of("pairs.csv", PAIR_COLUMNS)
    records, pairs = map(str, files([*RECORDS, *in_scripts[0]], [*PAIRS, *in_scripts[1]]))
    same = sum(row.endswith('"1"') for row in in_scripts[1])
    report = tmp_path / "report.html"

    code, out, _ = command(
        tmp_path, "eval", "matching", "--records", records, "--pairs", pairs, "--json", "--report", str(report)
    )

    result, page = json.loads(out), report.read_text()
    decided = result["pair_decisions"]  # the old pavilion is joined through what it shares with a third record
    missed = result["false_negatives"] - 1
    assert (code, result["records"]) == (0, len(RECORDS) + len(in_scripts[0]))
    assert (result["pairs"], result["matches"]) == (len(PAIRS) + PAIRS_IN_SCRIPTS, 3 + same)
    assert (result["false_positives"], result["precision"]) == (0, 1.0)
    assert missed <= WRONG_AT_MOST
    assert result["recall"] == round((2 + same - missed) / (3 + same), 4)
    assert (decided["false_positives"], decided["precision"], decided["false_negatives"]) == (0, 1.0, 2 + missed)
    met = round((1 + same) / (3 + same), 4)
    assert result["blocking"] == {
        "candidates": 1 + same, "compared": 1 + same, "recall": met, "recall_after_prefilter": met,
    }  # fmt: skip
    bands = result["probabilities"]["bins"]
    assert sum(band["cases"] for band in bands) == len(PAIRS) + PAIRS_IN_SCRIPTS
    assert sum(band["right_cases"] for band in bands) == 3 + same
    assert bands[0]["low"] == 0.0  # the record without a name is in no pair that is kept
    assert (bands[-1]["low"], bands[-1]["high"], bands[-1]["right"]) == (0.9, 1.0, 1.0)
    assert bands[-1]["cases"] == bands[-1]["right_cases"] > 0
    assert result["peak_megabytes"] > 0
    assert_is_self_contained(page)
    assert "✓ right" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"record_columns": ("id", *RECORD_COLUMNS[1:])}, "lacks the columns source", id="columns"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_a_sentence(files, changes, words):
    with pytest.raises(UsageError, match=words):
        asyncio.run(evaluate_matching(*files(**changes)))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"There is no file .*nowhere\.csv"):
        asyncio.run(evaluate_matching(tmp_path / "nowhere.csv", tmp_path / "nowhere.csv"))
