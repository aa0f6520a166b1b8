"""The page of `trigpoint eval ... --report`: its counts, its labels, and that it is self-contained."""

from contextlib import closing

import duckdb
import pytest

from orchestrate.contracts.learning.evaluation import BlockingScores, MatchingEvaluation, PairwiseScores
from orchestrate.learn.labelled_pairs import calibration_scores
from orchestrate.learn.match_report import build_match_report
from orchestrate.render.pages.charts import ticks
from orchestrate.render.pages.match_page import match_page
from tests.orchestrate.explain.test_pair import assert_is_self_contained, make_warehouse

EVALUATION = MatchingEvaluation(
    records=6,
    pairs=3,
    matches=2,
    precision=0.5,
    recall=1.0,
    f1=0.6667,
    false_positives=1,
    false_negatives=0,
    pair_decisions=PairwiseScores(precision=1.0, recall=1.0, f1=1.0, false_positives=0, false_negatives=0),
    probabilities=calibration_scores([]),
    blocking=BlockingScores(candidates=2, compared=2, recall=1.0, recall_after_prefilter=1.0),
    build_seconds=1.0,
    peak_megabytes=200,
)
LABELS = {
    frozenset(("council:1", "serper:1")): True,
    frozenset(("osm:1", "serper:1")): False,
    frozenset(("council:1", "osm:1")): True,
}


def truth(left: str, right: str) -> bool | None:
    return LABELS.get(frozenset((left, right)))


@pytest.fixture
def work(tmp_path):
    with closing(duckdb.connect(str(make_warehouse(tmp_path / "warehouse.duckdb")), read_only=True)) as connection:
        yield connection


def test_pairs_are_counted_from_blocking_to_acceptance(work):
    report = build_match_report(work, truth)

    assert report["pairs"] == {"met": 7, "compared": 6, "scored": 5, "accepted": 3}
    assert report["blocking"] == [{"blocked_by": "rare_word", "met": 7, "compared": 6, "scored": 5, "accepted": 3}]
    assert report["conflicts"] == [{"reason": "negative_evidence", "pairs": 1}]


def test_every_level_of_the_seed_is_counted_in_its_order(work):
    report = build_match_report(work, truth)

    counted = [(level["comparison"], level["level"], level["scored"], level["accepted"]) for level in report["levels"]]
    assert counted == [
        ("name", "exact", 3, 3),
        ("name", "less", 2, 0),
        ("phone", "same", 2, 1),
        ("phone", "unknown", 3, 2),
    ]


def test_a_level_that_no_one_weighed_is_shown_without_a_weight(tmp_path):
    with closing(duckdb.connect(str(make_warehouse(tmp_path / "warehouse.duckdb")))) as work:
        work.execute("delete from seeds.match_weights where level = 'less'")
        report = build_match_report(work, truth)

    (unweighed,) = [level for level in report["levels"] if level["weight"] is None]
    assert (unweighed["level"], unweighed["scored"]) == ("less", 2)
    assert "no weight" in match_page(report, EVALUATION)


def test_the_threshold_lies_between_two_bins_and_no_pair_is_lost(work):
    report = build_match_report(work, truth)

    accepted = sum(b["pairs"] for b in report["histogram"] if b["from"] >= report["threshold_weight"] - 1e-9)
    assert (accepted, sum(b["pairs"] for b in report["histogram"])) == (3, 5)


def test_the_hardest_stand_first_and_labels_judge_them(work):
    report = build_match_report(work, truth)

    accepted = [(pair["right_key"], pair["match_weight"], pair["is_right"]) for pair in report["hardest_accepted"]]
    rejected = [(pair["right_key"], pair["match_weight"], pair["is_right"]) for pair in report["hardest_rejected"]]
    assert accepted == [("serper:1", 3.0, False), ("osm:4", 3.0, None), ("serper:1", 7.0, True)]
    assert rejected == [("osm:1", -1.0, False), ("osm:3", pytest.approx(-6.6), None)]


def test_the_page_is_self_contained_and_escapes_values(work):
    page = match_page(build_match_report(work, truth), EVALUATION)

    assert_is_self_contained(page)
    assert "&lt;script&gt;alert(" in page
    assert (page.count("✓ right"), page.count("✗ wrong")) == (1, 2)


def test_a_warehouse_without_pairs_is_a_page_too(tmp_path):
    with closing(duckdb.connect(str(make_warehouse(tmp_path / "warehouse.duckdb")))) as work:
        for table in ("candidate_pairs", "pairs_prefiltered", "predictions", "matches"):
            work.execute(f"delete from intermediate.int_{table}")
        work.execute("delete from intermediate.int_conflicts")
        page = match_page(build_match_report(work, truth), EVALUATION)

    assert "No pair was scored." in page


@pytest.mark.parametrize("where", ["nowhere/report.html", "."])
@pytest.mark.parametrize("evaluation", [["sandbox"], ["matching", "--records", "none.csv", "--pairs", "none.csv"]])
def test_an_unwritable_report_is_refused_first(command, tmp_path, where, evaluation):
    code, out, errors = command(tmp_path, "eval", *evaluation, "--report", str(tmp_path / where))

    assert (code, out) == (2, "")
    assert "cannot be written" in errors


@pytest.mark.parametrize(
    ("start", "end", "about", "expected"),
    [
        pytest.param(-2.3, 9.1, 6, [-2, 0, 2, 4, 6, 8], id="weights"),
        pytest.param(0, 356, 4, [0, 100, 200, 300], id="counts"),
        pytest.param(0, 1, 4, [0, 0.5, 1], id="one-pair"),
        pytest.param(0, 0, 4, [0], id="no-room"),
    ],
)
def test_ticks_are_round_numbers_within_the_range(start, end, about, expected):
    assert ticks(start, end, about) == pytest.approx(expected)
