"""The pairs that a person is asked about: which, in what form, and that the answers come back."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import html
import io
import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestrate.clock import utc_now
from orchestrate.contracts.learning.labelling import LabelPair, LabelProposal, LabelRecord
from orchestrate.errors import UsageError
from orchestrate.learn.eval_matching import PAIR_COLUMNS, RECORD_COLUMNS, build_models, load_records, scratch_warehouse
from orchestrate.learn.match_weights.label import label_built, pairs_csv
from orchestrate.learn.match_weights.labelled import tune_answers
from orchestrate.learn.match_weights.proposal import Levels
from orchestrate.learn.match_weights.telling_pairs import Kind, most_telling, read_kinds
from orchestrate.learn.match_weights.unlabelled import tune_matching
from orchestrate.render.pages.label_page import label_page
from orchestrate.settings import SEEDS_DIR
from tests.printed import printed

WEIGHTS: Levels = {
    ("prior", "any"): 0.0,
    ("name", "same"): 3.0,
    ("name", "like"): 0.5,
    ("name", "other"): -3.0,
    ("phone", "same"): 3.0,
    ("phone", "different"): -0.5,
    ("phone", "unknown"): 0.0,
}


def kind(name: str, phone: str, pairs: int = 1) -> Kind:
    return Kind((("name", name), ("phone", phone)), pairs)


def test_the_pair_at_the_threshold_is_asked_about_first():
    kinds = [kind("same", "same"), kind("like", "different"), kind("other", "different")]

    assert most_telling(kinds, WEIGHTS, 0.0, 1) == [1]
    assert most_telling(kinds, WEIGHTS, 6.0, 1) == [0]


def test_the_next_pair_disagrees_in_another_way():
    kinds = [kind("like", "different"), kind("like", "unknown"), kind("same", "different"), kind("other", "same")]

    first, second = most_telling(kinds, WEIGHTS, 0.0, 2)

    assert (first, second) == (0, 3)  # nothing is known of its name and phone yet, but something of "like"


def test_of_two_kinds_the_more_frequent_comes_first():
    kinds = [kind("like", "unknown", 2), kind("like", "unknown", 200)]

    assert most_telling(kinds, WEIGHTS, 0.0, 2) == [1, 0]


def test_a_kind_comes_again_when_every_other_was_asked_about():
    kinds = [kind("like", "different", 3), kind("same", "same", 1)]

    assert most_telling(kinds, WEIGHTS, 0.0, 3) == [0, 1, 0]
    assert most_telling(kinds, WEIGHTS, 0.0, 50) == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("is_cross", "kinds"),
    [
        pytest.param("name_level = 'same'", [kind("same", "unknown", 2)], id="across_lists"),
        pytest.param("false", [kind("other", "unknown", 1), kind("same", "unknown", 2)], id="one_list"),
    ],
)
def test_pairs_across_lists_are_asked_about_if_there_are_any(is_cross, kinds):
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    connection.execute(
        "create table intermediate.int_comparison_vectors as "
        f"select left_no, right_no, name_level, 'unknown' as phone_level, {is_cross} as is_cross_source "
        "from (values (1, 2, 'same'), (1, 3, 'same'), (2, 3, 'other')) as pairs (left_no, right_no, name_level)"
    )

    assert read_kinds(connection, ["name", "phone"]) == kinds


def record(name: str = "Braid Tennis Club", source: str = "osm", **said: str) -> LabelRecord:
    return LabelRecord(
        **{"source": source, "id": "1", "name": name, "latitude": 55.9, "longitude": -3.2}
        | dict.fromkeys(("address", "kinds", "phone", "website"))
        | said
    )


def proposal_of(*pairs: LabelPair) -> LabelProposal:
    return LabelProposal(compared=1000, kinds=len(pairs), pairs=pairs, csv=pairs_csv(pairs))


HOSTILE = '"><script>alert(1)</script>\u202e'
ODD = LabelPair(
    left=record(HOSTILE, website="=HYPERLINK(1)"),
    right=record("-2+3", "yelp", id="@1", phone="+441314960101"),
    metres=12,
    probability=0.4,
)


def test_the_csv_has_no_formula_and_no_probability():
    header, row = csv.reader(io.StringIO(pairs_csv([ODD])))

    said = dict(zip(header, row, strict=True))
    assert tuple(header[: len(PAIR_COLUMNS)]) == PAIR_COLUMNS
    assert (said["label"], said["right_id"], said["left_website"]) == ("", "'@1", "'=HYPERLINK(1)")
    assert (said["right_name"], said["right_phone"]) == ("'-2+3", "+441314960101")
    assert "probability" not in pairs_csv([ODD])


def test_the_page_escapes_values_and_runs_our_script_alone():
    page = label_page(proposal_of(ODD))

    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    named = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{named}'" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert not re.search(r"""<[^>]* (src|href|on\w+)=""", page)


def test_the_page_holds_the_rows_that_it_saves():
    proposal = proposal_of(ODD, ODD.model_copy(update={"left": record('Say "Padel", twice')}))

    page = label_page(proposal)

    held = [json.loads(html.unescape(cells)) for cells in re.findall(r'data-(?:header|cells)="([^"]*)"', page)]
    assert held == list(csv.reader(io.StringIO(proposal.csv)))
    assert page.count(" checked") == len(proposal.pairs)  # "I do not know"


# Far apart from each other: a club in both lists, and beside it in one of them a shop.
RECORDS = [
    f"{key},{name},{55 + number / 50},-3.21,,,,,,,"
    for number in range(4)
    for key, name in (
        (f"osm,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,{number}", f"Braid {number} Tennis Club"),
        (f"yelp,x{number}", f"Braid {number} Tennis Shop"),
    )
]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A warehouse in which the pairs of RECORDS were compared."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "records.csv").write_text("\n".join([",".join(RECORD_COLUMNS), *RECORDS]) + "\n")

    async def build() -> None:
        async with scratch_warehouse() as (warehouse, dbt):
            load_records(warehouse.connection, folder / "records.csv", utc_now())
            await build_models(warehouse, dbt, "--selector=comparisons")
            shutil.copy(warehouse.path, folder / "warehouse.duckdb")

    asyncio.run(build())
    return folder / "warehouse.duckdb"


@pytest.mark.slow
def test_the_answers_come_back(built, tmp_path):
    seed = SEEDS_DIR / "match_weights.csv"

    proposal = label_built(built, seed, 6)

    assert printed(proposal)["schema"] == "trigpoint.label/1"
    assert len({(pair.left.id, pair.right.id) for pair in proposal.pairs}) == 6
    assert {(pair.left.source, pair.right.source) for pair in proposal.pairs} == {("osm", "yelp")}
    assert label_built(built, seed, 6) == proposal
    answered = list(csv.DictReader(io.StringIO(proposal.csv)))
    for row in answered[1:]:
        row["label"] = str(int(row["left_name"] == row["right_name"]))
    with (tmp_path / "pairs.csv").open("w") as file:
        writer = csv.DictWriter(file, answered[0])
        writer.writeheader()
        writer.writerows(answered)
    assert asyncio.run(tune_answers(built, tmp_path / "pairs.csv", seed, with_promise=False)).pairs == 5


@pytest.mark.slow
def test_so_few_records_teach_nothing_without_labels(built):
    proposal = tune_matching(built, SEEDS_DIR / "match_weights.csv")

    assert "likely matches have a rival" in proposal.refused_because
    assert proposal.diff == ""


@pytest.mark.slow
def test_the_command_writes_csv_and_page(command, built, tmp_path):
    (tmp_path / "data" / "sandbox").mkdir(parents=True)
    shutil.copy(built, tmp_path / "data" / "sandbox" / "warehouse.duckdb")
    csv_file, page = tmp_path / "pairs.csv", tmp_path / "pairs.html"

    code, out, errors = command(tmp_path / "data", "label", "--pairs", "3", "--out", str(csv_file), "--page", str(page))
    _, to_stdout, _ = command(tmp_path / "data", "label", "--pairs", "3")

    assert code == 0, errors
    assert "3 pairs of " in out
    assert csv_file.read_text() == to_stdout
    assert page.read_text().count("<fieldset") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--records", "nowhere.csv"], "There is no file nowhere.csv", id="no_file"),
        pytest.param(["--page", "nowhere/pairs.html"], "name a file in a directory that exists", id="no_folder"),
        pytest.param([], "Nothing has been built yet", id="no_build"),
        pytest.param(["--pairs", "0"], "--pairs must be 1 or more, not '0'", id="no_pairs"),
    ],
)
def test_what_cannot_be_asked_about_is_one_sentence(command, tmp_path, arguments, words):
    code, _, errors = command(tmp_path, "label", *arguments)

    assert code == 2
    assert words in " ".join(errors.split())
    assert "Traceback" not in errors


def test_no_compared_pair_is_one_sentence(tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table nothing (x int)")

    with pytest.raises(UsageError, match="No pair of records has been compared yet"):
        label_built(warehouse, SEEDS_DIR / "match_weights.csv", 5)
