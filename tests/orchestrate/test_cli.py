"""The text and JSON of what is published, and of a plan: both come from the same object."""

import json
import shutil
import subprocess
import sys
from copy import deepcopy
from datetime import datetime
from functools import partial
from importlib.metadata import version
from io import StringIO

import pytest
from rich.console import Console

from orchestrate.cli import output
from orchestrate.cli.output import building
from orchestrate.contracts.maintenance import RejectList
from orchestrate.contracts.run import RunReport
from orchestrate.explain.entity import explain
from orchestrate.render.explanation import render_explanation
from orchestrate.render.maintenance import render_rejects
from orchestrate.render.runs.report import render_report
from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.events import OnStep, Step
from orchestrate.run.progress.lines import LineProgress
from orchestrate.run.progress.terminal import TerminalProgress, progress_for

pytestmark = pytest.mark.slow


@pytest.fixture
def cli(world, command):
    """`cli("explain", "leith-library")` -> exit code, stdout, stderr; over what is published."""
    return partial(command, world.data_dir)


def test_explain_shows_the_winner_first_and_why_others_lost(cli):
    code, out, _ = cli("explain", "powerleague portobello", "phone", "--json")

    claims = json.loads(out)["cells"][0]["claims"]
    assert code == 0
    assert claims[0]["is_winner"]
    assert (claims[0]["source_name"], claims[0]["lost_because"]) == ("google_places", None)
    assert all(claim["lost_because"] for claim in claims[1:])
    assert "trust" in {claim["lost_because"] for claim in claims}


def test_explain_shows_the_quote_a_value_was_read_from(cli):
    _, out, _ = cli("explain", "powerleague portobello", "phone")

    assert "«0131 496 0000»" in out


def test_explain_without_a_field_shows_every_cell(cli):
    _, out, _ = cli("explain", "leith-library", "--json")

    cells = {cell["field_name"]: cell for cell in json.loads(out)["cells"]}
    assert {"entity_name", "postcode", "latitude", "opening_hours"} <= set(cells)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["no such place"], "No published entity", id="no-such-entity"),
        pytest.param(["puregym"], "Give one of these slugs", id="several"),
        pytest.param(["leith-library", "shoe_size"], "There are claims about", id="field"),
        pytest.param(["'; drop table marts.entities; --"], "No published entity", id="hostile"),
    ],
)
def test_explain_says_in_a_sentence_what_it_could_not_find(cli, arguments, words):
    code, _, err = cli("explain", *arguments)

    assert (code, "Traceback" in err) == (2, False)
    assert words in " ".join(err.split())


def test_a_narrow_explanation_shows_values_whole(world):
    explained = explain(world.published, "powerleague-portobello", None)
    shown = StringIO()

    render_explanation(explained, Console(file=shown, width=80))

    lines = shown.getvalue().splitlines()
    assert max(map(len, lines[2:-2])) <= 80  # but for the heading and the command at the end
    assert "…" not in shown.getvalue()
    assert any(line.startswith('    {"mo": [["09:00", ') for line in lines)  # its column would take twenty lines


@pytest.mark.parametrize(("columns", "width"), [("100", 100), ("", 80), ("wide", 80)])
def test_output_into_a_pipe_is_as_wide_as_columns_says(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "__stdout__", StringIO())  # no terminal

    assert output.width() == width


def test_an_id_finds_its_entity(cli, world):
    ((entity_id, slug),) = world.rows("select entity_id, slug from marts.entities where slug = 'leith-library'")

    _, out, _ = cli("explain", entity_id, "phone", "--json")

    assert json.loads(out)["entity"]["slug"] == slug


def test_nothing_published_names_the_command_to_publish(cli, tmp_path):
    for command in (["explain", "x"], ["sql", "select 1"]):
        code, _, err = cli(*command, TRIGPOINT_DATA_DIR=str(tmp_path))

        assert code == 2
        assert "make run QUERY" in err


def test_the_version_and_a_short_help_are_there(command, tmp_path):
    assert command(tmp_path, "--version")[:2] == (0, f"trigpoint {version('trigpoint')}\n")
    for arguments in (["-h"], ["run", "-h"], ["eval", "matching", "-h"]):
        code, out, _ = command(tmp_path, *arguments)
        assert (code, "Usage: trigpoint" in out) == (0, True)


def test_sql_reads_the_marts_and_writes_nothing(cli):
    code, out, _ = cli("sql", "select entity_name from entities where slug = 'leith-library'")
    refused, _, err = cli("sql", "delete from marts.entities")

    assert (code, "Leith Library" in out) == (0, True)
    assert refused == 2
    assert "read-only" in err


def test_the_plan_in_text_has_what_it_has_as_json(cli):
    _, as_json, _ = cli("plan", "padel glasgow", "--live", "--json")
    code, text, _ = cli("plan", "padel glasgow", "--live")

    result = json.loads(as_json)
    assert code == 0
    assert all(call["source"] in text for call in result["calls"])
    assert "Glasgow" in text


def test_a_query_outside_the_sandbox_is_refused_before_anything_is_asked(cli):
    for command in ("plan", "run"):
        code, out, err = cli(command, "coffee shops berlin")

        assert (code, out) == (2, "")
        assert "Berlin, DE is outside the sandbox, which has only Edinburgh" in err


def test_the_plan_says_which_area_it_took_and_how_to_take_another(cli):
    _, text, _ = cli("plan", "padel cambridge", "--live")
    _, pinned, _ = cli("plan", "padel cambridge", "--live", "--area", "Cambridge, Massachusetts")

    _, unknown, _ = cli("plan", "padel zxqv", "--live")

    assert '"zxqv" is taken as the name of a place.' in unknown
    assert "the query names no area, and this is the default" in unknown
    assert "Area: Cambridge, England, GB: the best known of this name" in text
    assert 'To take another: --area "Cambridge, Ontario, CA"' in text
    assert "Area: Cambridge, Massachusetts, US: as --area says." in pinned


def test_a_live_source_without_its_key_is_skipped(cli, monkeypatch):
    for key in ("SERPER_API_KEY", "GOOGLE_PLACES_API_KEY", "SPATIALHUB_AUTHKEY", "OPEN_CHARGE_MAP_API_KEY"):
        monkeypatch.delenv(key, raising=False)

    _, out, _ = cli("plan", "padel edinburgh", "--live", "--json")

    planned = json.loads(out)
    reasons = {skipped["source"]: skipped["reason"] for skipped in planned["skipped"]}
    assert [call["source"] for call in planned["calls"]] == ["openstreetmap", "edinburgh_council"]
    assert reasons["serper"].startswith("SERPER_API_KEY is not set")


def test_a_bad_setting_is_a_sentence(cli):
    code, _, err = cli("plan", "padel", TRIGPOINT_MODE="production")

    assert code == 2
    assert "TRIGPOINT_MODE" in err


def test_a_report_has_its_three_sections_and_the_cost(world):
    console = Console(record=True, width=118)

    render_report(RunReport.model_validate(world.reports["padel courts edinburgh"]), console)

    text = console.export_text()
    assert [text.index(section) for section in ("Plan ", "Pipeline Stages ", "Final Entities ")] == sorted(
        text.index(section) for section in ("Plan ", "Pipeline Stages ", "Final Entities ")
    )
    assert "The Grange Club" in text
    assert "nothing spent" in text


@pytest.mark.parametrize(
    ("known", "field"),
    [
        pytest.param({}, "phone", id="what people look up most"),
        pytest.param({"phone": None}, "website_url", id="no phone"),
        pytest.param({"phone": None, "website_url": None, "street_address": None}, "entity_name", id="a bare name"),
    ],
)
def test_a_report_offers_to_explain_a_cell_that_is_there(world, known, field):
    console = Console(record=True, width=118)
    report = world.reports["padel courts edinburgh"]
    entity = report["entities"][0] | {"slug": "club", "phone": "+44", "website_url": "https://x.uk"} | known

    render_report(RunReport.model_validate(report | {"entities": [entity]}), console)

    assert f"trigpoint explain club {field}\n" in console.export_text()


def test_a_report_says_if_one_place_was_expected(world):
    report = deepcopy(world.reports["powerleague portobello"])
    report["reused"], report["entities"] = [], report["entities"] * 2
    console = Console(record=True, width=118)

    render_report(RunReport.model_validate(report), console)

    assert "names one place, but 2 places match it" in console.export_text()


def test_a_report_says_which_fields_are_new(world):
    report = world.reports["powerleague portobello"] | {
        "reused": [],
        "unknown_fields": [{"source": "serper", "field": "a"}, {"source": "serper", "field": "center.[alt]"}],
    }
    console = Console(record=True, width=118)

    render_report(RunReport.model_validate(report), console)

    assert "New fields from serper: a, center.[alt]." in console.export_text()


@pytest.mark.parametrize(
    ("published", "answers", "said"),
    [
        pytest.param(2, 1, "Published: 2 entities in x.duckdb, 1 of which answers this query.", id="one of two"),
        pytest.param(9, 3, "Published: 9 entities in x.duckdb, 3 of which answer this query.", id="three of nine"),
        pytest.param(2, 2, "Published: 2 entities in x.duckdb, all of which answer this query.", id="all"),
        pytest.param(1, 1, "Published: 1 entity in x.duckdb, which answers this query.", id="the only one"),
        pytest.param(4, 0, "Published: 4 entities in x.duckdb, none of which answers this query.", id="none"),
    ],
)
def test_a_report_says_how_many_of_the_published_entities_answer(world, published, answers, said):
    report = deepcopy(world.reports["puregym edinburgh"])
    survivorship = report["survivorship"] | {"entities_published": published}
    console = Console(record=True, width=118)

    report |= {"survivorship": survivorship, "published": "x.duckdb", "entities": report["entities"][:1] * answers}
    render_report(RunReport.model_validate(report), console)

    assert said in console.export_text()


def test_rejects_are_listed_with_reason_and_replay():
    console = Console(record=True, width=118)
    reject = {
        "kind": "record",
        "source": "serper",
        "source_record_id": None,
        "reason": "not [an] object",
        "run_id": "r1",
        "payload": "[]",
        "rejected_at": datetime(2026, 1, 1, 12),
        "replayed_at": None,
    }

    rejects = [reject, reject | {"replayed_at": datetime(2026, 1, 2)}]
    render_rejects(RejectList.model_validate({"rejects": rejects}), console)

    text = console.export_text()
    assert "2026-01-01 12:00  record  serper  (no id)  not [an] object" in text
    assert "landed 2026-01-02" in text
    assert "1 need a fix" in text


def test_maintenance_before_the_first_run_says_what_to_do(command, tmp_path):
    for mending in ("rejects", "replay", "purge", "verify"):
        code, _, errors = command(tmp_path, mending)
        assert (code, "make run QUERY=" in errors) == (2, True)


def test_an_empty_report_lists_the_asked_sources(world):
    console = Console(record=True, width=118)
    report = RunReport.model_validate(world.reports["zxqv nothing here"])
    nothing = "Nothing was found for this query (asked: serper, google_places, openstreetmap)."
    counts = report.survivorship
    first = report.model_copy(update={"survivorship": counts.model_copy(update={"entities_published": 0})})

    render_report(report, console)
    later_text = " ".join(console.export_text().split())
    render_report(first, console)
    first_text = " ".join(console.export_text().split())

    assert f"{nothing} Earlier results are still published." in later_text
    assert nothing in first_text
    assert "Earlier results" not in first_text


def test_text_from_outside_is_never_our_markup_or_the_terminals(world):
    console = Console(record=True, width=300, force_terminal=True)
    report = deepcopy(world.reports["puregym edinburgh"])
    report["entities"][0]["entity_name"] = "[red]Gym[/red]\x1b[2J"
    report["query"] = "[/bold] [link=x] \\[/red]"

    render_report(RunReport.model_validate(report), console)

    text = console.export_text()
    assert "[red]Gym[/red]\N{REPLACEMENT CHARACTER}[2J" in text
    assert "[/bold] [link=x] \\[/red]" in text


def test_progress_is_one_line_for_each_stage(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stage = StageResult("ingest", 5, 4, {"repeated": 1}, 1.25, 0.036, ("serper: down",))
    log, terminal = Console(record=True, width=118), Console(record=True, width=118, force_terminal=True)

    for progress in (LineProgress(log), TerminalProgress(terminal)):
        progress.begin("ingest", "asking serper")
        progress.note("waiting")
        progress.end(stage)
        progress.close()

    assert log.export_text() == (
        "waiting\ningest        5 in, 4 out, lost 1 (repeated 1), $0.036, 1.2 s\n  ! serper: down\n"
    )
    assert "! ingest" in terminal.export_text()
    assert isinstance(progress_for(log), LineProgress)
    assert isinstance(progress_for(terminal), TerminalProgress)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_command_that_builds_shows_on_a_terminal_how_far_it_is(monkeypatch, is_terminal):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = StringIO()
    monkeypatch.setattr("orchestrate.cli.output.stderr", Console(file=screen, width=118, force_terminal=is_terminal))

    async def build(on_step: OnStep) -> int:
        on_step(Step(31, 108, "int_claims"))
        return 6

    assert building(build) == 6
    assert ("31 of 108, int_claims" in screen.getvalue()) is is_terminal


def test_matching_is_measured_on_the_whole_world_by_a_command(cli):
    code, out, _ = cli("eval", "sandbox", "--json")

    scores = json.loads(out)
    assert code == 0
    assert scores["records"] == 837
    assert scores["f1"] >= 0.98
    assert scores["false_positives"] == 0


def test_the_lock_of_a_copy_does_not_matter_to_readers(cli, world, tmp_path):
    """The published file alone is enough: it can be copied anywhere."""
    (tmp_path / "sandbox").mkdir()
    shutil.copyfile(world.published, tmp_path / "sandbox" / "trigpoint.duckdb")

    code, out, _ = cli("explain", "leith-library", "phone", TRIGPOINT_DATA_DIR=str(tmp_path))

    assert code == 0
    assert "Leith Library" in out


def test_the_command_line_starts_without_the_libraries_of_its_commands():
    code = "import sys, orchestrate.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"dbt", "dlt", "duckdb", "jinja2", "openai", "openpyxl", "phonenumbers", "pyarrow", "yaml"}
    assert heavy & set(done.stdout.split()) == set()
