"""Trust learned without labels: known accuracies are recovered from drawn claims."""

from __future__ import annotations

import math
import random
from pathlib import Path

import duckdb
import pyarrow
import pytest

from orchestrate.errors import UsageError
from orchestrate.learn.statistics.beta import beta_cdf, beta_interval, beta_quantile
from orchestrate.learn.tune_trust import MIN_CELLS, EmResult, learn, read_patterns, tune_trust
from tests.printed import printed

ACCURACIES = {"s95": 0.95, "s90": 0.9, "s80": 0.8, "s75": 0.75, "s65": 0.65, "s55": 0.55}
START = {(source, "*"): 0.5 for source in ACCURACIES}
WRONG_VALUES = 10
CELLS = 1_500
COLUMNS = ("entity_id", "field_name", "source_name", "provenance_group", "value_normalised", "is_eligible", "strategy")

Claim = tuple[str, str, str, str, str, bool, str]


def claim(entity: str, source: str, value: str, field: str = "phone", provenance_group: str | None = None) -> Claim:
    return entity, field, source, provenance_group or source, value, True, "trust"


def say(dice: random.Random, accuracy: float) -> str:
    """The right value is 0; the wrong ones are not equally tempting, as the model believes they are."""
    if dice.random() < accuracy:
        return "0"
    return str(dice.choices(range(1, WRONG_VALUES + 1), [1 / (rank + 2) for rank in range(WRONG_VALUES)])[0])


def drawn(seed: int, cells: int = CELLS, field: str = "phone", **changed: float) -> list[Claim]:
    """Each source says something of two cells in three."""
    dice = random.Random(seed)
    return [
        claim(f"tp_{cell}", source, say(dice, accuracy), field)
        for cell in range(cells)
        for source, accuracy in (ACCURACIES | changed).items()
        if dice.random() < 2 / 3
    ]


def warehouse_of(claims: list[Claim], path: str = ":memory:") -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(path)
    columns = zip(*claims, strict=True) if claims else [[] for _ in COLUMNS]
    said = pyarrow.table({name: pyarrow.array(list(column)) for name, column in zip(COLUMNS, columns, strict=True)})
    connection.register("said", said)
    connection.execute("create schema intermediate")
    connection.execute("create table intermediate.int_claims_scored as select *, true as is_current from said")
    connection.unregister("said")
    return connection


def learned_from(claims: list[Claim], start: dict | None = None) -> EmResult:
    with warehouse_of(claims) as connection:
        return learn(read_patterns(connection), start or START, WRONG_VALUES)


@pytest.mark.parametrize("seed", range(4))
def test_known_accuracies_are_learned_within_0_05(seed):
    learned = learned_from(drawn(seed))

    for source, accuracy in ACCURACIES.items():
        assert learned.accuracies[source, "*"].share == pytest.approx(accuracy, abs=0.05), source


def test_many_claims_outweigh_a_wrong_prior():
    upside_down = {(source, "*"): 1.45 - accuracy for source, accuracy in ACCURACIES.items()}

    learned = learned_from(drawn(5), upside_down)

    for source, accuracy in ACCURACIES.items():
        assert learned.accuracies[source, "*"].share == pytest.approx(accuracy, abs=0.05), source


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    found = [
        learned.accuracies[source, "*"].low <= accuracy <= learned.accuracies[source, "*"].high
        for learned in (learned_from(drawn(seed, cells=200)) for seed in range(10))
        for source, accuracy in ACCURACIES.items()
    ]

    assert sum(found) / len(found) >= 0.85


def test_fewer_claims_leave_a_wider_interval():
    few, many = (learned_from(drawn(7, cells)).accuracies["s80", "*"] for cells in (60, 1_000))

    assert few.high - few.low > 2 * (many.high - many.low)


def test_a_copy_is_no_second_voice():
    """Three sites that copy one passage, against two that thought for themselves."""
    copied = [claim("tp_1", "serper", "wrong", provenance_group="copied.example") for _ in range(3)]
    own = [claim("tp_1", source, "right") for source in ("s95", "s90")]

    with warehouse_of([*copied, *own]) as connection:
        ((right, wrong),) = [pattern.values for pattern in read_patterns(connection)]

    assert wrong == (("serper", 1.0),)
    assert right == (("s90", 1.0), ("s95", 1.0))


def test_a_page_with_another_sources_data_is_that_source():
    page = claim("tp_1", "serper", "2", provenance_group="s55")

    with warehouse_of([page, claim("tp_1", "s95", "1"), claim("tp_2", "s55", "1")]) as connection:
        (pattern,) = read_patterns(connection)

    assert pattern.values == ((("s55", 1.0),), (("s95", 1.0),))


def test_a_source_that_says_two_things_says_half_of_each():
    with warehouse_of([claim("tp_1", "a", "1"), claim("tp_1", "a", "2"), claim("tp_1", "b", "1")]) as connection:
        (pattern,) = read_patterns(connection)

    assert pattern.values == ((("a", 0.5),), (("a", 0.5), ("b", 1.0)))


def test_a_cell_of_which_one_source_alone_speaks_teaches_nothing():
    with warehouse_of([claim("tp_1", "a", "1"), claim("tp_1", "a", "2"), claim("tp_2", "b", "1")]) as connection:
        assert read_patterns(connection) == []


def test_a_field_that_clearly_differs_gets_its_own_trust():
    claims = drawn(1, field="phone") + drawn(2, cells=600, field="postcode", s90=0.4)

    learned = learned_from(claims)

    assert learned.own_fields == (("s90", "postcode"),)
    assert learned.accuracies["s90", "postcode"].share == pytest.approx(0.4, abs=0.05)
    assert learned.accuracies["s90", "*"].share == pytest.approx(0.9, abs=0.05)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "source_trust.csv"
    rows = [f"{source},*,50,why" for source in (*ACCURACIES, "unheard", "seldom")]
    path.write_text("\n".join(["source_name,field_name,trust,why", "manual_override,*,100,a person", *rows]) + "\n")
    return path


def test_the_proposal_is_a_diff_and_keeps_uncertain_rows(tmp_path, seed):
    few = [claim(f"tp_{cell}", "seldom", "0") for cell in range(MIN_CELLS - 1)]
    warehouse_of([*drawn(3), *few], str(tmp_path / "warehouse.duckdb")).close()
    before = seed.read_text()

    proposed = printed(tune_trust(tmp_path / "warehouse.duckdb", seed))

    assert seed.read_text() == before
    assert "--- dbt_project/seeds/source_trust.csv" in proposed["diff"]
    assert "-s95,*,50,why\n" in proposed["diff"]
    assert "+s95,*,9" in proposed["diff"]
    assert {change["source_name"] for change in proposed["changes"]} == set(ACCURACIES)
    assert {
        result["source_name"]: result["kept_because"] for result in proposed["sources"] if result["kept_because"]
    } == {
        "manual_override": "a person's trust is fixed",
        "unheard": "no other source has a value for its cells",
        "seldom": f"other sources have a value for only {MIN_CELLS - 1} of its cells; {MIN_CELLS} are needed",
    }
    assert "manual_override,*,100,a person\n" in proposed["seed"]


def test_the_command_prints_the_diff_and_writes_the_proposal(command, tmp_path):
    warehouse = tmp_path / "data" / "sandbox" / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    names = dict(zip(ACCURACIES, ("google_places", "openstreetmap", "serper", "a", "b", "c"), strict=True))
    said = [(entity, field, names[source], names[source], *rest) for entity, field, source, _, *rest in drawn(4)]
    warehouse_of(said, str(warehouse)).close()

    code, out, errors = command(tmp_path / "data", "tune", "trust", "--out", str(tmp_path / "proposed.csv"))

    assert code == 0, errors
    assert "+google_places,*,9" in out
    assert "Nothing was changed" in out
    assert "no proposal: a person's trust is fixed" in out
    assert (tmp_path / "proposed.csv").read_text().startswith("source_name,field_name,trust,why\nmanual_override,")


def test_nothing_to_learn_from_is_one_sentence(tmp_path, seed):
    warehouse = tmp_path / "warehouse.duckdb"

    with pytest.raises(UsageError, match="Nothing has been built yet"):
        tune_trust(warehouse, seed)

    duckdb.connect(str(warehouse)).close()
    with pytest.raises(UsageError, match="No claim has been ranked yet"):
        tune_trust(warehouse, seed)

    warehouse_of([claim("tp_1", "s95", "1")], str(warehouse)).close()
    with pytest.raises(UsageError, match="No two sources have a value for the same cell"):
        tune_trust(warehouse, seed)


def test_a_trust_that_is_no_number_is_named_with_its_row(tmp_path, seed):
    seed.write_text(seed.read_text().replace("s80,*,50", "s80,*,much"))

    with pytest.raises(UsageError, match=r"source_trust\.csv: trust is not a number in the row s80,\*,much,why"):
        tune_trust(tmp_path / "warehouse.duckdb", seed)


@pytest.mark.parametrize("x", [0.02, 0.3, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 1), (5, 7), (300, 20), (1, 40)])
def test_the_beta_distribution_is_that_of_the_binomial_tail(a, b, x):
    trials = a + b - 1
    tail = sum(math.comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(a, trials + 1))

    assert beta_cdf(x, a, b) == pytest.approx(tail, abs=1e-10)


def test_a_quantile_is_where_the_distribution_reaches_it():
    assert beta_cdf(beta_quantile(0.975, 3.5, 0.7), 3.5, 0.7) == pytest.approx(0.975)
    assert beta_quantile(0.5, 1e6, 1e6) == pytest.approx(0.5)
    assert beta_interval(0.9, 100) == pytest.approx((0.8344, 0.9505), abs=1e-4)
