"""The whole stage: each text is read once, by the rules and the model, and every text is counted."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

from extract.engine import Extractor, ExtractReport, QueryContext
from extract.llm.client import LlmSettings
from extract.text.lexicon import load_lexicon
from extract.text.rules import VERSION
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables
from tests.extract.llm.scripted_model import Model, ModelReply, finding, says

LEXICON = load_lexicon(SEEDS_DIR)
QUERY = QueryContext("tennis edinburgh", None, None, "Edinburgh", ("tennis",))
CLUB = {"title": "Braid Tennis Club", "snippet": "Tel: 0131 496 0123.", "link": "https://braid.example/"}
LIST = {"title": "10 best tennis clubs in Edinburgh", "snippet": "A list.", "link": "https://list.example/"}
NEWS = {"title": "Braid Tennis Club wins", "snippet": "A cup.", "link": "https://braid.example/news/1"}


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


def land(warehouse, *payloads: dict, run_id: str = "r1", source: str = "serper") -> None:
    for rank, payload in enumerate(payloads, start=1):
        row = [run_id, payload["link"], json.dumps(payload), f"hash of {payload}", "q", datetime(2026, 1, 1), rank]
        warehouse.execute(f"insert into raw.{source} values (?, ?, ?, ?, ?, ?, ?, null)", row)


def run(
    warehouse,
    llm: LlmSettings | None = None,
    query: QueryContext = QUERY,
    run_id: str = "r1",
    budget_usd: float | None = None,
) -> ExtractReport:
    extractor = Extractor(LEXICON, llm, budget_usd)
    return asyncio.run(
        extractor.extract_run(warehouse, run_id=run_id, query=query, sources=["serper"], now=datetime(2026, 1, 1))
    )


def rows(warehouse, sql: str) -> list[tuple]:
    return warehouse.execute(sql).fetchall()


def test_each_text_is_read_or_lost_by_name(warehouse):
    land(warehouse, CLUB, LIST, NEWS)
    land(warehouse, CLUB, source="google_places")

    report = run(warehouse)

    assert (report.rows_in, report.rows_out) == (3, 1)
    assert report.losses == {"list_page": 1, "unrelated": 1, "failed": 0}
    assert rows(warehouse, "select distinct source_name from extract.extractions") == [("serper",)]


def test_structured_record_is_left_to_staging(warehouse):
    land(warehouse, {"title": "Braid Tennis Club", "cid": "7", "link": "cid:7"})

    assert run(warehouse).rows_in == 0


def test_claims_are_written_with_their_quotes(warehouse):
    land(warehouse, CLUB)

    run(warehouse)

    ((value, quote, start, end, text),) = rows(
        warehouse,
        "select value, quote, char_start, char_end, text from extract.claims "
        "join extract.extractions using (extraction_id) where field_name = 'phone'",
    )
    assert (value, quote, text[start:end]) == ("+441314960123", "0131 496 0123", "0131 496 0123")


def test_the_same_text_is_not_read_twice(warehouse):
    land(warehouse, CLUB)
    run(warehouse)
    land(warehouse, CLUB, run_id="r2")

    report = run(warehouse, run_id="r2")

    assert (report.rows_in, report.rows_out, report.reused) == (1, 1, 1)
    assert rows(warehouse, "select count(*) from extract.extractions") == [(1,)]


def test_a_text_that_changed_is_read_again(warehouse):
    land(warehouse, CLUB)
    run(warehouse)
    land(warehouse, {**CLUB, "snippet": "Tel: 0131 496 0199."}, run_id="r2")

    report = run(warehouse, run_id="r2")

    assert report.reused == 0
    assert rows(warehouse, "select value from extract.claims where field_name = 'phone' order by value") == [
        ("+441314960123",),
        ("+441314960199",),
    ]


def test_text_is_read_again_for_another_query(warehouse):
    land(warehouse, CLUB)
    run(warehouse)

    report = run(warehouse, query=replace(QUERY, text="tennis glasgow", city="Glasgow"))

    assert report.reused == 0
    assert rows(warehouse, "select count(*) from extract.extractions") == [(2,)]


def test_new_extractor_version_reads_the_text_again(warehouse, model: Model):
    land(warehouse, CLUB)
    run(warehouse)
    model.will_say(says())

    report = run(warehouse, LlmSettings(model.url, "k", "m"))

    assert report.reused == 0
    versions = rows(warehouse, "select distinct extractor_version from extract.extractions order by 1")
    assert versions[0][0].startswith(VERSION)
    assert versions[1][0].startswith(f"{versions[0][0]}+m+")


def test_reused_loss_is_counted_again(warehouse):
    land(warehouse, LIST, CLUB)
    first = run(warehouse)

    again = run(warehouse)

    assert (again.rows_out, again.losses) == (first.rows_out, first.losses)
    assert again.reused == 2


def test_a_run_without_texts_is_empty_and_no_failure(warehouse):
    assert run(warehouse) == ExtractReport(
        0, 0, {"list_page": 0, "unrelated": 0, "failed": 0}, 0, 0.0, (), failed=0, is_over_budget=False
    )


def test_labelled_attributes_are_read_as_text(warehouse):
    payload = {**CLUB, "snippet": "", "description": "A club.", "attributes": {"Phone": "0131 496 0123", "Pitches": 4}}
    land(warehouse, payload)

    run(warehouse)

    assert rows(warehouse, "select text from extract.extractions") == [
        ("Braid Tennis Club\nA club. Phone: 0131 496 0123. Pitches: 4.\nhttps://braid.example/",)
    ]
    assert rows(warehouse, "select value from extract.claims where field_name = 'phone'") == [("+441314960123",)]


def test_very_long_text_is_cut(warehouse):
    """Reading time grows with the square of the length: a hundred thousand words would take minutes."""
    land(
        warehouse,
        {**CLUB, "title": "Braid Tennis Club " + "Aa " * 100_000, "snippet": CLUB["snippet"] + " Aa" * 100_000},
    )

    report = run(warehouse)

    ((length,),) = rows(warehouse, "select max(length(text)) from extract.extractions")
    assert report.rows_out == 1
    assert length < 21_000


def test_a_write_that_fails_leaves_nothing_half_written(warehouse):
    land(warehouse, CLUB)
    warehouse.execute("alter table extract.claims alter null_reason set not null")  # no value can be written now

    with pytest.raises(duckdb.ConstraintException):
        run(warehouse)

    assert rows(warehouse, "select count(*) from extract.extractions") == [(0,)]


def test_rules_and_model_stand_side_by_side(warehouse, model: Model):
    land(warehouse, CLUB)
    model.will_say(says(finding("phone", "0131 496 0123", "+441314960123")))

    run(warehouse, LlmSettings(model.url, "k", "m"))

    assert rows(
        warehouse,
        "select extractor, value, verification from extract.claims where field_name = 'phone' order by extractor",
    ) == [("llm", "+441314960123", "verified"), ("rules", "+441314960123", "verified")]
    assert rows(warehouse, "select extractor, model, tokens_in from extract.extractions") == [("rules+llm", "m", 100)]


def test_value_with_two_quotes_counts_by_the_supporting_one(warehouse, model: Model):
    land(warehouse, CLUB)
    quotes = ("Braid Tennis Club", "Tel: 0131 496 0123", "Braid Tennis Club")
    model.will_say(says(*(finding("phone", quote, "0131 496 0123") for quote in quotes)))

    run(warehouse, LlmSettings(model.url, "k", "m"))

    assert rows(warehouse, "select value, quote, verification from extract.claims where extractor = 'llm'") == [
        ("+441314960123", "0131 496 0123", "verified")
    ]


def test_the_model_is_not_paid_twice_for_one_text(warehouse, model: Model):
    land(warehouse, CLUB)
    model.will_say(says())
    run(warehouse, LlmSettings(model.url, "k", "m"))

    run(warehouse, LlmSettings(model.url, "k", "m"))

    assert len(model.requests) == 1


def test_another_model_reads_the_text_anew(warehouse, model: Model):
    land(warehouse, CLUB)
    model.will_say(says())
    run(warehouse, LlmSettings(model.url, "k", "m"))

    run(warehouse, LlmSettings(model.url, "k", "m-2"))

    assert [request["model"] for request in model.requests] == ["m", "m-2"]


def test_failed_model_keeps_the_rules_and_is_asked_next_time(warehouse, model: Model):
    land(warehouse, CLUB)
    model.will_say(ModelReply(status=400))
    settings = LlmSettings(model.url, "k", "m")

    failed = run(warehouse, settings)

    assert failed.errors == (
        "1 of 1 texts could not be read by the language model (1 transport_failed); the rules read them alone. "
        "trigpoint rejects lists them, trigpoint replay asks again.",
    )
    assert failed.rows_in == failed.rows_out + sum(failed.losses.values())
    assert rows(warehouse, "select value from extract.claims where field_name = 'phone'") == [("+441314960123",)]

    model.will_say(says())
    again = run(warehouse, settings)

    assert (again.errors, again.reused) == ((), 0)
    assert rows(warehouse, "select status from extract.extractions") == [("ok",)]
