"""Weights learned from labelled pairs: known weights are recovered, and few labels change little."""

from __future__ import annotations

import asyncio
import math

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import PAIR_COLUMNS, RECORD_COLUMNS
from orchestrate.learn.match_weights.held_out import promise_of
from orchestrate.learn.match_weights.labelled import (
    LabelledSet,
    learn_labelled,
    propose_labelled,
    read_answers,
    tune_answers,
    tune_labelled,
)
from orchestrate.learn.match_weights.proposal import Levels
from orchestrate.learn.match_weights.regression import Pattern
from orchestrate.settings import SEEDS_DIR
from tests.printed import printed

# of a hundred matches and a hundred others, the number that agree
AGREE = {"name": (85, 5), "phone": (90, 2)}
PLACES = 30
START: Levels = {
    ("prior", "any"): -1.0,
    ("name", "same"): 0.0,
    ("name", "other"): 0.0,
    ("name", "rare"): 1.5,
    ("phone", "same"): 0.0,
    ("phone", "different"): 0.0,
    ("phone", "unknown"): 0.0,
}


def draw(matches: float, others: float) -> list[Pattern]:
    """Every combination of levels, as often as independent comparisons with the shares of AGREE would give it."""
    patterns = []
    for name, phone in [(True, True), (True, False), (False, True), (False, False)]:
        shares = [
            math.prod(
                (AGREE[of][side] if agrees else 100 - AGREE[of][side]) / 100
                for of, agrees in (("name", name), ("phone", phone))
            )
            for side in (0, 1)
        ]
        levels = (("name", "same" if name else "other"), ("phone", "same" if phone else "different"))
        patterns.append(Pattern(levels, matches * shares[0], others * shares[1]))
    return patterns


def between(weights: Levels, comparison: str, one: str, other: str) -> float:
    """If every pair has one of two levels, the pairs determine only the difference of the weights."""
    return weights[comparison, one] - weights[comparison, other]


def test_the_shares_of_drawn_labelled_pairs_are_recovered():
    learned = learn_labelled([draw(30_000, 90_000)], START)

    assert (learned.pairs, learned.matches) == (pytest.approx(120_000), pytest.approx(30_000))
    for levels, ratios in ((("name", "same", "other"), 17 * 95 / 15), (("phone", "same", "different"), 45 * 9.8)):
        assert between(learned.weights, *levels) == pytest.approx(math.log2(ratios), rel=0.03)


def test_two_comparisons_that_say_the_same_are_not_counted_twice():
    """What m / u would give each in full, the two share."""
    patterns = [
        Pattern((("name", "same"), ("phone", "same")), 9_000, 1_000),
        Pattern((("name", "other"), ("phone", "different")), 1_000, 9_000),
    ]

    weights = learn_labelled([patterns], START).weights

    both = between(weights, "name", "same", "other") + between(weights, "phone", "same", "different")
    assert both == pytest.approx(math.log2(9 * 9), rel=0.03)


def test_few_labels_move_the_weights_less_than_many():
    few, many = (learn_labelled([draw(labels, 3 * labels)], START).weights for labels in (20, 20_000))

    for levels in (("name", "same", "other"), ("phone", "same", "different")):
        assert 0 < between(few, *levels) < 0.9 * between(many, *levels)


def test_a_perfect_level_does_not_become_certain():
    patterns = [Pattern((("name", "same"),), 500, 0), Pattern((("name", "other"),), 0, 500)]

    weights = learn_labelled([patterns], START).weights

    assert 3 < between(weights, "name", "same", "other") < 20


def test_silence_and_what_never_occurs_keep_their_weights():
    patterns = [*draw(300, 900), Pattern((("name", "same"), ("phone", "unknown")), 500, 0)]

    weights = learn_labelled([patterns], START).weights

    assert weights["name", "rare"] == START["name", "rare"]
    assert weights["phone", "unknown"] == START["phone", "unknown"]


def test_a_level_that_few_labels_saw_moves_a_little():
    moved = [
        learn_labelled([[*draw(300, 900), Pattern((("name", "rare"),), 0, others)]], START).weights["name", "rare"]
        for others in (1, 10)
    ]

    assert moved[1] < moved[0] < START["name", "rare"]
    assert START["name", "rare"] - moved[0] < 0.25


def test_every_set_counts_the_same_whatever_its_size():
    large = [Pattern((("name", "same"),), 9_000, 1_000), Pattern((("name", "other"),), 1_000, 9_000)]
    small = [Pattern((("name", "same"),), 10, 90), Pattern((("name", "other"),), 90, 10)]

    weights = learn_labelled([large, small], START).weights

    assert between(weights, "name", "same", "other") == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("matches", [pytest.param(0, id="no_match"), pytest.param(100, id="nothing_else")])
def test_labels_of_one_kind_only_are_refused_in_a_sentence(matches):
    with pytest.raises(UsageError, match=f"but {matches} of 100 match"):
        learn_labelled([[Pattern((("name", "same"),), matches, 100 - matches)]], START)


# Far apart from each other: a club in both lists, and beside it in one of them a shop.
RECORDS = [
    f"{key},{name},{55 + number / 50},-3.21,,,,,,,"
    for number in range(PLACES)
    for key, name in (
        (f"osm,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,x{number}", f"Braid {number} Tennis Shop"),
    )
]
PAIRS = [
    *(f"osm,{number},yelp,{number},1" for number in range(PLACES)),
    *(f"yelp,x{number},osm,{number},0" for number in range(PLACES)),
    "osm,0,yelp,29,0",
]


def write(tmp_path, records=RECORDS, pairs=PAIRS):
    paths = tmp_path / "records.csv", tmp_path / "pairs.csv"
    for path, columns, rows in zip(paths, (RECORD_COLUMNS, PAIR_COLUMNS), (records, pairs), strict=True):
        path.write_text("\n".join([",".join(columns), *rows]) + "\n")
    return paths


@pytest.mark.slow
def test_learning_uses_the_models_own_comparisons(tmp_path):
    seed = SEEDS_DIR / "match_weights.csv"
    before = seed.read_text()

    proposed = printed(asyncio.run(tune_labelled([write(tmp_path)], seed)))

    assert seed.read_text() == before
    assert (proposed["pairs"], proposed["matches"], proposed["never_compared"]) == (2 * PLACES, PLACES, 1)
    moved = {(change["comparison"], change["level"]): change["to"] - change["from"] for change in proposed["changes"]}
    assert moved["name", "exact"] > 0
    assert proposed["f1_rise_low"] <= proposed["f1_rise"] <= proposed["f1_rise_high"]
    assert not any(comparison == "phone" for comparison, _ in moved)
    assert "+name,exact," in proposed["diff"]


@pytest.fixture
def built() -> duckdb.DuckDBPyConnection:
    """Three records, of which two pairs were compared."""
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.int_records as "
        "select unnest(['osm:1', 'yelp:1', 'yelp:=2']) as record_key, unnest([1, 2, 3]) as record_no"
    )
    connection.execute("create view intermediate.int_match_features as from intermediate.int_records")
    connection.execute(
        "create table intermediate.int_comparison_vectors as select 1 as left_no, unnest([2, 3]) as right_no, "
        "'osm' as left_source, 'yelp' as right_source, true as is_cross_source, "
        "unnest(['same', 'other']) as name_level, 'unknown' as phone_level"
    )
    return connection


def answers(tmp_path, *pairs: str, header: str = ",".join(PAIR_COLUMNS)):
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([header, *pairs]) + "\n")
    return path


def test_a_pair_without_an_answer_counts_for_nothing(built, tmp_path):
    read_answers(built, answers(tmp_path, "osm,1,yelp,1,1", "osm,1,yelp,=2,", "yelp,1,yelp,=2,no"))

    assert built.execute("select left_key, right_key, is_match from labelled_pairs order by all").fetchall() == [
        ("osm:1", "yelp:1", True),
        ("yelp:1", "yelp:=2", False),
    ]


def test_the_apostrophe_that_a_spreadsheet_needs_is_no_part_of_an_id(built, tmp_path):
    read_answers(built, answers(tmp_path, "osm,1,yelp,'=2,0"))

    assert built.execute("select right_key from labelled_pairs").fetchall() == [("yelp:=2",)]


@pytest.mark.parametrize(("sets", "weight"), [pytest.param(1, "2.25", id="one"), pytest.param(2, None, id="two")])
def test_the_labels_of_one_set_add_to_what_its_rivals_teach(tmp_path, sets, weight):
    """No label says anything about the level that the rivals moved."""
    each = LabelledSet(draw(30, 90), 0, {**START, ("name", "rare"): 2.25})

    changes = propose_labelled(write_seed(tmp_path / "match_weights.csv"), [each] * sets).changes

    moved = {(change.comparison, change.level): f"{change.to:.2f}" for change in changes}
    assert moved.get(("name", "rare")) == weight


def write_seed(path):
    path.write_text("\n".join(["comparison,level,weight", *(f"{c},{level},{w}" for (c, level), w in START.items())]))
    return path


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        pytest.param("osm,1,yelp,1,perhaps", "the label perhaps is no answer", id="label"),
        pytest.param("osm,1,yelp,9,1", "1 pairs name a record that is not among the compared ones", id="record"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_in_a_sentence(built, tmp_path, pair, words):
    with pytest.raises(UsageError, match=words):
        read_answers(built, answers(tmp_path, pair))


def test_answers_need_their_columns(built, tmp_path):
    with pytest.raises(UsageError, match="lacks the columns right_id, label"):
        read_answers(built, answers(tmp_path, header="left_source,left_id,right_source"))


def test_answers_about_the_last_build_need_no_records(built, tmp_path):
    warehouse, seed = tmp_path / "warehouse.duckdb", write_seed(tmp_path / "match_weights.csv")
    built.execute(f"attach '{warehouse}' as filed")
    built.execute("create schema filed.intermediate")
    for table in ("int_records", "int_match_features", "int_comparison_vectors"):
        built.execute(f"create table filed.intermediate.{table} as from intermediate.{table}")
    built.execute("detach filed")

    pairs = answers(tmp_path, "osm,1,yelp,1,1", "osm,1,yelp,=2,0")
    proposed = asyncio.run(tune_answers(warehouse, pairs, seed, with_promise=False))

    assert (proposed.pairs, proposed.matches, proposed.sets) == (2, 1, 1)
    moved = {(change.comparison, change.level): change.to - change.from_ for change in proposed.changes}
    assert moved["name", "same"] > 0 > moved["name", "other"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--pairs", "p.csv", "--pairs", "q.csv"], "there are 2 --pairs and 0 --records", id="no_records"),
        pytest.param(["--records", "r.csv", "--records", "s.csv"], "are 0 --pairs and 2 --records", id="no_pairs"),
        pytest.param(["--records", "nowhere.csv"], "There is no file nowhere.csv", id="no_records_file"),
        pytest.param(["--pairs", "p.csv", "--records", "nowhere.csv"], "There is no file nowhere.csv", id="no_file"),
    ],
)
def test_unusable_files_are_refused_in_a_sentence(command, tmp_path, arguments, words):
    code, _, errors = command(tmp_path, "tune", "matching", *arguments)

    assert code == 2
    assert words in " ".join(errors.split())
    assert "Traceback" not in errors


def test_what_answers_promise_is_judged_by_weights_that_did_not_see_them():
    seen: list[int] = []

    def learn(sets):
        seen.append(sum(len(answers) for answers in sets))
        return learn_labelled(sets, START)

    promise = promise_of([draw(40, 40)], START, 0.0, learn)

    assert promise is not None
    assert set(seen) == {72}
    assert promise.now == 40  # the start weights take every pair for two places
    assert 73 <= promise.held_out <= 76  # of each combination of levels the more frequent answer, at best


def test_answers_that_nothing_can_be_learned_from_promise_nothing_more():
    levels = (("name", "same"), ("phone", "same"))
    coin = [Pattern(levels, 10, 10)]

    promise = promise_of([coin], START, 0.0, lambda sets: learn_labelled(sets, START))

    assert promise is not None
    assert promise.held_out <= promise.now


def test_too_few_answers_promise_nothing():
    one_match = [Pattern((("name", "same"),), 1, 0), Pattern((("name", "other"),), 0, 5)]

    assert promise_of([one_match], START, 0.0, lambda sets: learn_labelled(sets, START)) is None
