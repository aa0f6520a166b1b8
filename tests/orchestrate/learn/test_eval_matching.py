"""`trigpoint eval matching`: records of a file, matched by the models and compared with labelled pairs."""

import asyncio
import json

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


@pytest.fixture
def files(tmp_path):
    def write(records=RECORDS, pairs=PAIRS, record_columns=RECORD_COLUMNS, pair_columns=PAIR_COLUMNS):
        paths = tmp_path / "records.csv", tmp_path / "pairs.csv"
        for path, columns, rows in zip(paths, (record_columns, pair_columns), (records, pairs), strict=True):
            path.write_text("\n".join([",".join(columns), *rows]) + "\n")
        return paths

    return write


@pytest.mark.slow
def test_labelled_pairs_are_counted_and_judged_on_a_page(files, command, tmp_path):
    records, pairs = map(str, files())
    report = tmp_path / "report.html"

    code, out, _ = command(
        tmp_path, "eval", "matching", "--records", records, "--pairs", pairs, "--json", "--report", str(report)
    )

    result, page = json.loads(out), report.read_text()
    decided = result["pair_decisions"]  # the old pavilion is joined through what it shares with a third record
    assert (code, result["records"], result["pairs"], result["matches"]) == (0, 8, 4, 3)
    assert (result["false_positives"], result["false_negatives"]) == (0, 1)
    assert (result["precision"], result["recall"]) == (1.0, 0.6667)
    assert (decided["precision"], decided["recall"]) == (1.0, 0.3333)
    assert result["blocking"] == {"candidates": 1, "compared": 1, "recall": 0.3333, "recall_after_prefilter": 0.3333}
    bands = result["probabilities"]["bins"]
    assert (sum(band["cases"] for band in bands), sum(band["right_cases"] for band in bands)) == (4, 3)
    assert bands[0]["low"] == 0.0  # the record without a name is in no pair that is kept
    assert bands[-1] | {"mean": 0} == {"low": 0.9, "high": 1.0, "cases": 1, "mean": 0, "right": 1.0, "right_cases": 1}
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
