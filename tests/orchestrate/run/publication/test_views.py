"""The views of the published file, and the questions of the cookbook."""

import ast
import json
import re

import duckdb
import pytest
import yaml

from orchestrate.run.publication.views import VIEWS, create_views
from orchestrate.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

COOKBOOK = (PROJECT_ROOT / "docs" / "cookbook.md").read_text()
QUESTIONS = re.findall(r"^### (\d+)\..*?^```sql\n(.*?)^```", COOKBOOK, re.MULTILINE | re.DOTALL)
NOTEBOOK = json.loads((PROJECT_ROOT / "docs" / "explore.ipynb").read_text())
ANALYSES = sorted((PROJECT_ROOT / "dbt_project" / "analyses").glob("*.sql"))
MAY_BE_EMPTY = {"1", "5"}  # at night nothing is open, and no place of these runs is closed


def test_there_are_fifteen_questions():
    assert [int(number) for number, _ in QUESTIONS] == list(range(1, 16))


@pytest.mark.parametrize(("number", "query"), QUESTIONS, ids=[number for number, _ in QUESTIONS])
def test_a_question_has_an_answer(world, number, query):
    assert world.rows(query) or number in MAY_BE_EMPTY


def test_each_cell_of_the_notebook_runs_and_shows_rows(world, monkeypatch):
    monkeypatch.setenv("TRIGPOINT_FILE", str(world.published))
    shown, names = [], {}
    for cell in (cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"):
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop()
        exec(compile(tree, cell["id"], "exec"), names)  # noqa: S102 (our notebook)
        value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)  # noqa: S307
        shown.append(len(value.fetchall() if isinstance(value, duckdb.DuckDBPyRelation) else value))
    names["published"].close()

    assert len(shown) == 8
    assert 0 not in shown


def test_the_notebook_is_kept_without_outputs():
    cells = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]

    assert [(cell["outputs"], cell["execution_count"]) for cell in cells] == [([], None)] * len(cells)
    assert NOTEBOOK["nbformat"] == 4


@pytest.mark.parametrize("analysis", ANALYSES, ids=[path.stem for path in ANALYSES])
def test_an_analysis_has_an_answer_and_a_description(world, analysis):
    described = yaml.safe_load((analysis.parent / "_analyses.yml").read_text())["analyses"]
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"marts.\1", analysis.read_text())

    assert world.rows(sql)
    assert [one["name"] for one in described if one["name"] == analysis.stem and one["description"]] == [analysis.stem]


def test_every_view_is_described_and_in_the_data_model(world):
    views = world.rows("select view_name, comment from duckdb_views() where schema_name = 'views'")
    page = (PROJECT_ROOT / "docs" / "data_model.md").read_text()

    assert len(views) == 7
    assert [name for name, comment in views if not comment or f"`{name}`" not in page] == []


def test_a_view_of_a_column_that_is_missing_is_left_out():
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.entity_claims as select 'phone' as field_name, 'a' as source_name, true as is_winner"
        )
        create_views(connection)

        assert connection.execute("select view_name from duckdb_views() where schema_name = 'views'").fetchall() == [
            ("wins",)
        ]


def test_what_may_be_passed_on_is_what_an_export_holds(world, command, tmp_path):
    out = tmp_path / "all.ndjson"
    assert command(world.data_dir, "export", "--format", "ndjson", "--output", str(out))[0] == 0
    exported = [json.loads(line) for line in out.read_text().splitlines()]
    columns = ("entity_name", "phone", "postcode", "street_address", "website_url")
    rows = world.rows(f"select entity_id, {', '.join(columns)} from views.entities_open")

    assert {entity: values for entity, *values in rows if any(values)} == {
        one["entity_id"]: values for one in exported if any(values := [one.get(column) for column in columns])
    }
    withheld = world.rows(
        "select count(*) from marts.entities inner join views.entities_open as o using (entity_id) "
        "where entities.phone is not null and o.phone is null"
    )
    assert withheld[0][0] > 0


@pytest.mark.parametrize(
    ("hours", "clock", "is_open"),
    [
        pytest.param([["09:00", "17:00"]], "12:00", True, id="in the day"),
        pytest.param([["09:00", "17:00"]], "17:00", False, id="the end is no more open"),
        pytest.param([["18:00", "02:00"]], "23:30", True, id="before midnight"),
        pytest.param([["18:00", "02:00"]], "01:00", True, id="after midnight"),
        pytest.param([["18:00", "02:00"]], "03:00", False, id="after the end"),
        pytest.param([["09:00", "12:00"], ["14:00", "18:00"]], "13:00", False, id="at lunch"),
    ],
)
def test_a_place_is_open_within_its_hours(hours, clock, is_open):
    _, query = VIEWS["open_now"]
    week = json.dumps(dict.fromkeys(("mo", "tu", "we", "th", "fr", "sa", "su"), hours))
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.entities as select 'e' as entity_id, 's' as slug, 'n' as entity_name, 'a' as "
            "street_address, 'p' as postcode, '1' as phone, 'operational' as operating_status, "
            "?::json as opening_hours",
            [week],
        )
        rows = connection.execute(query.replace("strftime(now(), '%H:%M')", f"'{clock}'")).fetchall()

    assert bool(rows) is is_open


def test_places_that_are_closed_for_good_or_for_a_time_are_closed():
    _, query = VIEWS["closed_places"]
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.entities as select status as entity_id, 's' as slug, 'n' as entity_name, "
            "'a' as street_address, 'p' as postcode, status as operating_status, 'e' as operating_status_evidence "
            "from (values ('operational'), ('closed_permanently'), ('closed_temporarily'), ('planned'), ('unknown')) "
            "as t (status)"
        )
        rows = connection.execute(query).fetchall()

    assert {row[0] for row in rows} == {"closed_permanently", "closed_temporarily"}
