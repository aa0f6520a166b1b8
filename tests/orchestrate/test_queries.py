"""Real queries against the sandbox: what a person who lives there would expect to read."""

import pytest

pytestmark = pytest.mark.slow


def test_powerleague_portobello_is_one_entity_from_at_least_three_sources(world):
    entities = world.reports["powerleague portobello"]["entities"]

    assert len(entities) == 1
    assert len(entities[0]["sources"]) >= 3
    assert world.rows(
        "select count(*) from marts.entities where replace(lower(entity_name), ' ', '') like '%powerleague%' "
        "and (locality = 'Portobello' or entity_name ilike '%portobello%' or postcode like 'EH15%')"
    ) == [(1,)]


def test_every_report_has_the_promised_keys(world):
    promised = {
        "run_id", "query", "mode", "ingestion_mode", "status", "stages", "entities", "cost_usd", "published",
    }  # fmt: skip
    for report in world.reports.values():
        assert promised <= set(report)
        for stage in report["stages"]:
            assert {"name", "rows_in", "rows_out", "losses", "seconds", "cost_usd", "errors"} <= set(stage)
        for entity in report["entities"]:
            assert {
                "entity_id", "slug", "entity_name", "entity_class", "completeness", "sources", "contested",
            } <= set(entity)  # fmt: skip


def test_rows_add_up_in_every_stage_of_every_run(world):
    for query, report in world.reports.items():
        for stage in report["stages"]:
            assert stage["rows_in"] == stage["rows_out"] + sum(stage["losses"].values()), (query, stage)


def test_a_query_that_finds_nothing_says_who_was_asked_and_keeps_what_was_published(world):
    report = world.reports["zxqv nothing here"]

    assert report["status"] == "completed"
    assert report["entities"] == []
    assert report["plan"]["calls"], "sources were asked"
    assert world.rows("select count(*) > 50 from marts.entities") == [(True,)]
