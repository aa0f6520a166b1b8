"""Bad or hostile input: one clear sentence, an exit code, and nothing executed."""

import json
import subprocess

import pytest

from orchestrate.settings import PROJECT_ROOT

HOSTILE = [
    pytest.param("powerleague'; drop table ops.runs; --", id="sql"),
    pytest.param('powerleague"](55.8,-3.4,56.0,-3.0);out;//', id="overpass"),
    pytest.param("x' OR 1=1 OR site_name ILIKE '%", id="cql"),
    pytest.param("$(touch {marker})", id="shell"),
    pytest.param("$(shell touch {marker})", id="make"),
    pytest.param("`touch {marker}`", id="backticks"),
    pytest.param("100%s %d %n", id="format"),
    pytest.param("padel\nedinburgh\ttoday", id="newline"),
    pytest.param("padel 🎾 edinburgh", id="emoji"),
    pytest.param("פאדל אדינבורו", id="right-to-left"),
    pytest.param("{{ env_var('HOME') }} {% raw %}", id="jinja"),
    pytest.param("--help", id="looks-like-an-option"),
    pytest.param("[bold]padel[/bold] [/]", id="markup"),
]


@pytest.mark.parametrize("query", [pytest.param("", id="empty"), pytest.param(" \t\n ", id="blank")])
def test_a_query_that_says_nothing_is_a_usage_error(command, tmp_path, query):
    code, _, errors = command(tmp_path, "run", QUERY=query)

    assert code == 2
    assert "query" in errors.lower()
    assert "Traceback" not in errors


def test_ten_thousand_characters_are_refused_with_their_number(command, tmp_path):
    code, _, errors = command(tmp_path, "run", QUERY="padel " * 1667)

    assert code == 2
    assert "10" in errors
    assert "Traceback" not in errors


def test_an_unknown_source_is_refused_with_the_known_ones(command, tmp_path):
    code, _, errors = command(tmp_path, "run", "--sources", "serper,yelp", QUERY="padel edinburgh")

    assert code == 2
    assert "yelp" in errors
    assert "google_places" in errors


def test_an_unknown_option_is_one_sentence(trigpoint):
    done = trigpoint("run", "--fast")

    assert done.returncode == 2
    assert "--fast" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "--max-cost", "little"), "--max-cost must be a number, not 'little'. Try: trigpoint run --help"),
        (("serve", "--port", "70000"), "--port must be 65535 or less, not '70000'. Try: trigpoint serve --help"),
        (("build", "--engine", "foo"), "--engine 'foo' is not one of 'duckdb', 'spark'. Try: trigpoint build --help"),
    ],
)
def test_a_value_that_an_option_cannot_take_is_one_sentence(trigpoint, arguments, sentence):
    done = trigpoint(*arguments)

    assert (done.returncode, done.stderr) == (2, sentence + "\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("exprot",), "No such command 'exprot'. Did you mean 'export'? Try: trigpoint --help"),
        (("diff", "README.md", "latest"), "There is no file latest."),
        (("diff", "old.duckdb", "new.duckdb"), "There is no file old.duckdb."),
    ],
)
def test_what_is_not_there_is_one_sentence(trigpoint, arguments, sentence):
    done = trigpoint(*arguments)

    assert (done.returncode, done.stderr) == (2, sentence + "\n")


def test_a_query_without_quotes_is_shown_with_quotes(command, tmp_path):
    code, _, errors = command(tmp_path, "plan", "padel", "edinburgh")

    assert code == 2
    assert (
        'Put quotes around several words, as in: trigpoint plan "powerleague portobello". Try: trigpoint plan --help'
        in " ".join(errors.split())
    )


def test_a_command_without_arguments_does_not_ask_for_quotes(command, tmp_path):
    code, _, errors = command(tmp_path, "verify", "extra")

    assert (code, " ".join(errors.split())) == (
        2,
        "Got unexpected extra argument(s) (extra). Try: trigpoint verify --help",
    )


def test_without_a_command_there_is_the_help_and_nothing_else(trigpoint):
    done = trigpoint()

    assert (done.returncode, done.stderr) == (2, "")
    assert "Usage: trigpoint" in done.stdout


def test_a_data_directory_that_cannot_be_written_is_named(command, tmp_path):
    (tmp_path / "file").touch()

    code, _, errors = command(tmp_path / "file", "run", QUERY="padel edinburgh")

    assert code == 1
    assert "TRIGPOINT_DATA_DIR" in errors
    assert "Traceback" not in errors


def test_a_warehouse_that_is_not_duckdb_is_left_as_it_was(command, tmp_path):
    warehouse = tmp_path / "data" / "sandbox" / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    warehouse.write_text("Dear reader, " * 500)

    code, _, errors = command(tmp_path / "data", "run", QUERY="padel edinburgh")

    assert code == 1
    assert "not a DuckDB database" in errors
    assert warehouse.read_text() == "Dear reader, " * 500


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_text_is_only_text_to_the_planner(command, tmp_path, query):
    marker = tmp_path / "marker"

    code, out, errors = command(
        tmp_path, "plan", "--json", QUERY=query.format(marker=marker) if "{marker}" in query else query
    )

    assert code == 0, errors
    assert json.loads(out)["calls"]
    assert not marker.exists()


@pytest.mark.parametrize("query", HOSTILE)
def test_make_expands_nothing_that_stands_in_the_query(tmp_path, clean_environment, query):
    """`make run` with the program replaced by one that shows what reached it."""
    marker = tmp_path / "marker"
    text = query.format(marker=marker) if "{marker}" in query else query
    show = tmp_path / "bin" / "trigpoint"
    show.parent.mkdir()
    show.write_text('#!/bin/sh\nprintf "%s" "$QUERY"\n')
    show.chmod(0o755)

    done = subprocess.run(
        ["make", "--silent", "run", f"QUERY={text}", f"BIN={show.parent}", "--assume-old=.venv/.installed"],
        cwd=PROJECT_ROOT,
        env=clean_environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == text
    assert not marker.exists()
