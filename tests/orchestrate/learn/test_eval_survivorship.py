"""`trigpoint eval survivorship`: golden cells of known places, compared with their right values."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from orchestrate.contracts.learning.survivorship import SimplePolicies, SurvivorshipEvaluation, WrongCell
from orchestrate.errors import UsageError
from orchestrate.learn.gold.files import read_gold, read_records
from orchestrate.learn.gold.judging import JudgedCell, Value, is_right, scores
from orchestrate.render.learning import render_survivorship
from orchestrate.store.warehouse import Warehouse

GOLD = Path(__file__).parents[2] / "data" / "survivorship"
ALL_RIGHT = (
    "Facebook page as website",
    "call-centre phone",
    "capitals",
    "low trust is newer",
    "majority copies an error",
    "page of the chain",
    "phone of another country",
    "postcode typo",
    "stale closure",
    "street without number",
)
RECORDS = "source,source_record_id,place_id,entity_name,phone,source_updated_at,trust\n"
ONE = RECORDS + "a,1,p,Thistle Padel,0131 496 0101,2025-01-01,80\n"


def judged(field="phone", golden=(), accepted=(), metres_per_degree=0.0):
    return JudgedCell("p", field, None, tuple(accepted), tuple(golden), "a", (), (), metres_per_degree)


@pytest.mark.slow
def test_the_golden_cells_of_the_gold_set_are_mostly_right(command, tmp_path):
    code, out, _ = command(
        tmp_path,
        "eval",
        "survivorship",
        "--records",
        str(GOLD / "records.csv"),
        "--gold",
        str(GOLD / "gold.csv"),
        "--json",
    )

    result = json.loads(out)
    kinds = result["kinds"]
    assert (code, result["cells"], result["missing"]) == (0, 429, 0)
    assert kinds["agreed"]["wrong"] == 0
    assert result["accuracy"] >= 0.98
    assert result["accuracy"] > max(result["policies"].values())
    assert {kind: kinds[kind]["wrong"] for kind in ALL_RIGHT} == dict.fromkeys(ALL_RIGHT, 0)


@pytest.mark.parametrize(
    ("golden", "accepted", "expected"),
    [
        pytest.param([("0131 1", "+441")], [("+44 1", "+441")], True, id="in another form"),
        pytest.param([("0131 2", "+442")], [("+44 1", "+441"), ("2", "+442")], True, id="one of several"),
        pytest.param([("0131 2", "+442")], [("+44 1", "+441")], False, id="another value"),
        pytest.param([], [("+44 1", "+441")], False, id="missing"),
        pytest.param([], [], True, id="rightly empty"),
        pytest.param([("0131 2", "+442")], [], False, id="invented"),
        pytest.param([("a", "a"), ("b", "b")], [("a", "a")], False, id="a list with something else"),
    ],
)
def test_a_cell_is_right_if_it_holds_accepted_values_alone(golden, accepted, expected):
    cell = judged(golden=[Value(*value) for value in golden], accepted=[Value(*value) for value in accepted])

    assert is_right(cell, cell.golden) is expected


@pytest.mark.parametrize(
    ("golden", "accepted", "expected"),
    [
        pytest.param("CAFE ADLER", "Café Adler", False, id="capitals"),
        pytest.param("IKEA", "Ikea", True, id="a few letters"),
        pytest.param("CAFE ADLER", "CAFE ADLER", True, id="written so by the place"),
        pytest.param("鮨 はまの", "鮨 はまの", True, id="a script without capitals"),
    ],
)
def test_a_name_in_capitals_is_right_only_if_the_place_writes_it_so(golden, accepted, expected):
    cell = judged("entity_name", [Value(golden, "same")], [Value(accepted, "same")])

    assert is_right(cell, cell.golden) is expected


@pytest.mark.parametrize(("degrees", "expected"), [(0.002, True), (0.003, False)])
def test_a_coordinate_may_be_as_far_off_as_two_records_of_one_address(degrees, expected):
    there = judged("longitude", [Value(f"{3 + degrees}", None)], [Value("3.0", None)], 111_320 * 0.57)

    assert is_right(there, there.golden) is expected


def test_cells_are_right_wrong_or_missing():
    right, wrong = (judged(golden=[Value("1", text)], accepted=[Value("1", "1")]) for text in "12")

    counted = scores([right, wrong, judged(accepted=[Value("1", "1")])])

    assert (counted.cells, counted.right, counted.wrong, counted.missing, counted.accuracy) == (3, 1, 1, 1, 0.3333)
    assert scores([]).accuracy is None


@pytest.fixture
def read(tmp_path):
    def read_both(records: str, gold: str, suffix: str = "csv"):
        (tmp_path / f"records.{suffix}").write_text(records)
        (tmp_path / "gold.csv").write_text(gold)
        warehouse = Warehouse(tmp_path / "warehouse.duckdb")
        try:
            read_records(warehouse.connection, tmp_path / f"records.{suffix}")
            read_gold(warehouse.connection, tmp_path / "gold.csv")
            return warehouse.connection.execute("select source, entity_name, phone, trust from gold_records").fetchall()
        finally:
            warehouse.close()

    return read_both


def test_the_files_may_be_ndjson_with_lists(read):
    row = {"source": "a", "source_record_id": 7, "place_id": "p", "entity_name": "Sol", "phone": ["1", "2"], "more": {}}

    assert read(json.dumps(row) + "\n", "place_id,field,value\np,phone,1\n", "ndjson") == [("a", "Sol", "1; 2", None)]


@pytest.mark.parametrize(
    ("records", "gold", "words"),
    [
        pytest.param(ONE, "place,field\np,phone\n", "lacks the columns place_id", id="columns"),
        pytest.param(ONE, "place_id,field,value\nq,phone,1\n", "the place q has no record", id="place"),
        pytest.param(ONE, "place_id,field,value\np,phnoe,1\n", "phnoe is no field", id="field"),
        pytest.param(ONE, "place_id,field,value\np,latitude,north\n", "north is no coordinate", id="coordinate"),
        pytest.param(
            ONE, "place_id,field,source,source_record_id\np,phone,a,2\n", "a:2 is no record of its place", id="record"
        ),
        pytest.param(ONE + "a,1,p,Again,,,80\n", "place_id,field\n", "a:1 is there twice", id="twice"),
        pytest.param(ONE + "a,2,p,Again,,,40\n", "place_id,field\n", "a needs one trust", id="trust"),
        pytest.param(RECORDS + "a,1,p,Sol,,May,\n", "place_id,field\n", "May is no moment", id="moment"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(read, records, gold, words):
    with pytest.raises(UsageError, match=words):
        read(records, gold)


def test_the_scores_and_the_first_mistakes_are_printed_in_80_columns():
    printed = Console(file=io.StringIO(), width=80)
    wrong = judged(golden=[Value("1", "2")], accepted=[Value("1", "1")])
    long = "https://a-page-with-a-long-address.example/of/a/branch/in/a/far/away/town"
    evaluation = SurvivorshipEvaluation(
        **dict(scores([wrong])),
        records=2,
        places=1,
        fields={"phone": scores([wrong])},
        kinds={"call-centre phone": scores([wrong])},
        policies=SimplePolicies(newest=0.75, majority=None),
        mistakes=tuple(WrongCell(place_id="p", field="phone", found=long, source="a", right=()) for _ in range(21)),
        build_seconds=1.0,
    )

    render_survivorship(evaluation, printed)

    text = printed.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "The newest record would reach 0.7500, the majority -." in " ".join(text.split())
    assert "And 1 more" in text
