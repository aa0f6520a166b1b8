"""Text from outside that holds control codes, and every command that may print it."""

import json
import logging
import re
import shutil

import duckdb
import pytest

from orchestrate.contracts.run import RunReport
from orchestrate.explain.run_report import build_report
from orchestrate.logs import RedactingFormatter
from orchestrate.render.runs.report import render_report
from orchestrate.run.ledger import StageResult
from orchestrate.run.progress.lines import LineProgress
from orchestrate.run.progress.terminal import TerminalProgress
from orchestrate.terminal import HarmlessConsole, harmless, json_text
from tests.ingest.conftest import Reply, service

__all__ = ["service"]

pytestmark = pytest.mark.slow

# A title, a colour (7 and 8 bit), a line that is overwritten, text turned round, text that is not seen.
HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b31m\r\u202eevil\u2066\u200b\ufeff\x7f\U000e0041"
OBEYED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)

# By these rows are found and joined.
KEYS = {
    "entity_id",
    "slug",
    "field_name",
    "source_name",
    "source_record_id",
    "record_key",
    "run_id",
    "last_run_id",
    "extraction_id",
    "request_id",
    "payload_hash",
    "mode",
    "ingestion_mode",
    "status",
    "winning_source",
    "losing_source",
    "old_entity_id",
    "other_entity_id",
    "claim_id",
    "kind",
    "stage",
}


@pytest.fixture(scope="module")
def hostile_world(world, tmp_path_factory):
    """The world, with hostile text in every value of every mart and of the records that were matched."""
    data_dir = tmp_path_factory.mktemp("hostile")
    (data_dir / "sandbox").mkdir()
    for path in (world.published, world.warehouse):
        shutil.copy(path, data_dir / "sandbox")
    with duckdb.connect(str(data_dir / "sandbox" / world.published.name)) as marts:
        spoil(marts, "marts")
    with duckdb.connect(str(data_dir / "sandbox" / world.warehouse.name)) as warehouse:
        spoil(warehouse, "intermediate", "int_records")
        spoil(warehouse, "ops", "runs", "run_stages")
        warehouse.execute(
            "insert into raw.rejects select run_id, 'serper', 'q', $1, $1, $1, current_timestamp, null from ops.runs",
            [HOSTILE],
        )
    return data_dir


def spoil(connection: duckdb.DuckDBPyConnection, schema: str, *only: str) -> None:
    columns = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = ? "
        "and data_type in ('VARCHAR', 'VARCHAR[]') and table_name in (select table_name from duckdb_tables())",
        [schema],
    ).fetchall()
    for table, column, data_type in columns:
        if column in KEYS or (only and table not in only):
            continue
        spoilt = f"{column} || $1" if data_type == "VARCHAR" else f"list_transform({column}, lambda x: x || $1)"
        if column == "payload":
            spoilt = "json_object('name', $1, 'phone', payload)"
        connection.execute(f"update {schema}.{table} set {column} = {spoilt} where {column} is not null", [HOSTILE])


ENTITY = "leith-library"
COMMANDS = [
    ["explain", ENTITY],
    ["explain", ENTITY, "phone"],
    ["explain", ENTITY, "summary"],
    ["explain", HOSTILE],
    ["explain", ENTITY, HOSTILE],
    ["explain", "library"],
    ["explain-pair", "RECORD_A", "RECORD_B"],
    ["explain-pair", HOSTILE, HOSTILE],
    ["diff", "latest", "previous"],
    ["diff", HOSTILE, HOSTILE],
    ["rejects"],
    ["rejects", "--source", HOSTILE],
    ["plan", f"padel {HOSTILE} edinburgh"],
    ["plan", "padel", "--sources", HOSTILE],
    ["run", HOSTILE * 100],
    ["sql", "select * from entities limit 1"],
    ["sql", "select entity_name, phone, summary from entities"],
    ["sql", f"select '{HOSTILE}' as \"{HOSTILE}\""],
    ["sql", f'select "{HOSTILE}"'],
    ["sql", "select error(entity_name) from entities"],
    ["sql", f".schema {HOSTILE}"],
    ["eval", "matching", "--records", HOSTILE, "--pairs", HOSTILE],
    ["tune", "trust", "--out", f"/nowhere/{HOSTILE}"],
    [f"--{HOSTILE}"],
    [HOSTILE],
]


@pytest.mark.parametrize("as_what", ["text", "--json", "--csv"])
def test_no_command_prints_a_character_that_a_terminal_obeys(hostile_world, world, command, as_what):
    record_a, record_b = (
        key
        for (key,) in world.rows(
            "select record_key from marts.entity_records join marts.entities using (entity_id) "
            "where slug = ? order by record_key limit 2",
            ENTITY,
        )
    )
    named = {"RECORD_A": record_a, "RECORD_B": record_b}
    printed = {}
    for arguments in COMMANDS:
        if as_what != "text" and (arguments[0] in ("eval", "tune") or arguments[0].startswith("-")):
            continue
        if as_what == "--csv" and arguments[0] != "sql":
            continue
        given = [named.get(argument, argument) for argument in arguments]
        _, out, errors = command(hostile_world, *given, *([] if as_what == "text" else [as_what]))
        printed[" ".join(given)] = out + errors
        assert "fault in Trigpoint" not in errors, given
        assert out or errors, given

    assert {given: found[:5] for given, text in printed.items() if (found := OBEYED.findall(text))} == {}
    assert "evil" in printed["sql select entity_name, phone, summary from entities"], "or nothing was put to the test"


def test_json_has_what_it_cannot_print_all_the_same(hostile_world, command):
    _, out, _ = command(hostile_world, "sql", f"select entity_name from entities where slug = '{ENTITY}'", "--json")

    assert json.loads(out)["rows"] == [{"entity_name": f"Leith Library{HOSTILE}"}]


def test_the_report_of_a_run_is_harmless(hostile_world, world):
    run_id = world.reports["puregym edinburgh"]["run_id"]
    data = build_report(
        hostile_world / "sandbox" / "warehouse.duckdb", hostile_world / "sandbox" / "trigpoint.duckdb", run_id
    ).as_json()
    data["stages"][1]["errors"] = [HOSTILE]
    data["unknown_fields"] = [{"source": "serper", "field": HOSTILE}]
    report = RunReport.model_validate(data)
    console = HarmlessConsole(record=True, width=118)

    render_report(report, console)

    assert "evil" in console.export_text(clear=False)
    assert OBEYED.findall(console.export_text() + json_text(report.as_json())) == []


@pytest.mark.parametrize("progress", [LineProgress, TerminalProgress])
def test_progress_is_harmless(progress):
    console = HarmlessConsole(record=True, width=118)
    shown = progress(console)

    shown.begin(f"ingest{HOSTILE}", f"asking {HOSTILE}")
    shown.note(HOSTILE)
    shown.end(StageResult("ingest", 5, 5, {f"lost{HOSTILE}": 0}, errors=(HOSTILE,)))
    shown.close()

    text = console.export_text()
    assert text.count("evil") >= 2
    assert OBEYED.findall(text) == []


def test_control_codes_of_a_server_do_not_reach_the_terminal(command, service, tmp_path):
    service.will_answer(Reply(f"<html>{HOSTILE}</html>", 400, {"Content-Type": "text/plain; charset=utf-8"}))
    url = {"TRIGPOINT_OPENSTREETMAP_URL": f"{service.url}/osm", "TRIGPOINT_LOG_LEVEL": "DEBUG"}

    code, out, errors = command(tmp_path, "run", "padel edinburgh", "--sources", "openstreetmap", **url)
    doctor = command(tmp_path, "doctor", "--live", **url)

    assert code == 1
    assert "No source answered" in errors
    assert OBEYED.findall(out + errors + doctor[1] + doctor[2]) == []


def test_a_log_line_is_harmless_and_a_traceback_keeps_its_lines():
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, f"one\n\ttwo {HOSTILE}", None, None)

    text = RedactingFormatter([]).format(record)

    assert "one\n\ttwo" in text
    assert OBEYED.findall(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Café Ørsted, 東京 🎾", "Café Ørsted, 東京 🎾", id="letters of any script"),
        pytest.param("שלום", "שלום", id="a script from right to left"),
        pytest.param("a\nb\tc", "a\nb\tc", id="lines and tabs"),
        pytest.param("a\u00a0b\rc", "a b c", id="other spaces"),
        pytest.param("\x1b[2J\u202e\u200b", "\ufffd[2J\ufffd\ufffd", id="orders"),
    ],
)
def test_what_is_shown_of_a_text(text, shown):
    assert harmless(text) == shown
