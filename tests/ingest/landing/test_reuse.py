"""The same query is served by an earlier answer while that is fresh."""

from datetime import datetime, timedelta

import pytest

from ingest.calls import PlannedCall
from ingest.landing.reuse import EarlierAnswer, ask_key, find_answer, record_answers, reuse_answers
from tests.ingest.conftest import query

NOON = datetime(2026, 1, 1, 12)
CALL = PlannedCall("serper", query(), "because", 1, 0.001)
KEY = ask_key(CALL, "")


@pytest.fixture
def warehouse(warehouse):
    warehouse.execute("insert into raw.serper values ('r1', 'a', '{}', 'h', 'q1', '2026-01-01 12:00', 1, null)")
    record_answers(warehouse, [(CALL, KEY, 1)], "r1", NOON)
    return warehouse


@pytest.mark.parametrize(
    ("hours_later", "max_age_hours", "is_found"),
    [(1, 24, True), (23.9, 24, True), (24, 24, False), (0.1, 0, False)],
)
def test_answer_is_found_while_it_is_fresh(warehouse, hours_later, max_age_hours, is_found):
    now = NOON + timedelta(hours=hours_later)

    answer = find_answer(warehouse, "serper", KEY, now, timedelta(hours=max_age_hours))

    assert answer == (EarlierAnswer("serper", "r1", NOON, 1) if is_found else None)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ask_key(PlannedCall("serper", query(text="padel leith"), "because", 1, 0.001), ""), id="text"),
        pytest.param(ask_key(PlannedCall("serper", query(max_pages=2), "because", 1, 0.001), ""), id="pages"),
        pytest.param(ask_key(PlannedCall("openstreetmap", query(), "because", 1, 0.001), ""), id="source"),
        pytest.param(ask_key(CALL, "http://mirror"), id="place-that-is-asked"),
    ],
)
def test_other_query_has_another_key(warehouse, other):
    assert find_answer(warehouse, "serper", other, NOON, timedelta(hours=24)) is None


def test_reason_and_price_do_not_change_the_key():
    assert ask_key(PlannedCall("serper", query(), "another reason", 9, 9.0), "") == KEY


def test_run_gets_the_rows_as_they_were_fetched(warehouse):
    reuse_answers(warehouse, [EarlierAnswer("serper", "r1", NOON, 1)], "r2")

    assert warehouse.execute("select * from raw.serper order by run_id").fetchall() == [
        ("r1", "a", "{}", "h", "q1", NOON, 1, None),
        ("r2", "a", "{}", "h", "q1", NOON, 1, None),
    ]
    assert warehouse.execute("select * from raw.answer_uses").fetchall() == [("r2", "serper", "r1", NOON, 1)]
