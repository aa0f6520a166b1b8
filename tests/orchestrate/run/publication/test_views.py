"""The views of the published file, and the questions of the cookbook."""

import json
import re

import duckdb
import pytest

from orchestrate.run.publication.views import VIEWS, create_views
from orchestrate.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

COOKBOOK = (PROJECT_ROOT / "docs" / "cookbook.md").read_text()
QUESTIONS = re.findall(r"^### (\d+)\..*?^```sql\n(.*?)^```", COOKBOOK, re.MULTILINE | re.DOTALL)
MAY_BE_EMPTY = {"1", "5"}  # at night nothing is open, and no place of these runs is closed


def test_there_are_fifteen_questions():
    assert [int(number) for number, _ in QUESTIONS] == list(range(1, 16))


@pytest.mark.parametrize(("number", "query"), QUESTIONS, ids=[number for number, _ in QUESTIONS])
def test_a_question_has_an_answer(world, number, query):
    assert world.rows(query) or number in MAY_BE_EMPTY


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
