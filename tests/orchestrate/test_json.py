"""--json prints one object on stdout that fits its schema, whether the command works or fails."""

import json
from typing import Any, get_args

import pytest
import typer
import yaml

from orchestrate.cli import app
from orchestrate.contracts.base import Contract, ErrorKind
from orchestrate.contracts.explain import Claim, Explanation
from orchestrate.contracts.run import OverrideReview
from orchestrate.contracts.schemas import DOCUMENTS, file_name, schema_name, write_schemas
from orchestrate.errors import InterruptedWorkError, TrigpointError
from orchestrate.failures import Failure, failure_of, is_json_wanted
from orchestrate.settings import PROJECT_ROOT
from tests.printed import SCHEMAS, checked

GUIDE = (PROJECT_ROOT / "docs" / "json.md").read_text()
SCHEMA_OF = {
    "run": {"run"},
    "report": {"run"},
    "plan": {"plan"},
    "explain": {"explain"},
    "explain-pair": {"explain_pair"},
    "diff": {"diff", "diff_trust", "golden_diff"},
    "build": {"build"},
    "correct": {"decision"},
    "join": {"decision"},
    "split": {"decision"},
    "sql": {"sql"},
    "add": {"add"},
    "export": {"export"},
    "doctor": {"doctor"},
    "review export": {"review_export"},
    "review import": {"review_import"},
    "rejects": {"rejects"},
    "replay": {"replay"},
    "purge": {"purge"},
    "verify": {"verify"},
    "eval sandbox": {"eval_sandbox"},
    "eval matching": {"eval_matching"},
    "eval survivorship": {"eval_survivorship"},
    "eval confidence": {"eval_confidence"},
    "eval extraction": {"eval_extraction"},
    "label": {"label"},
    "tune matching": {"tune_matching"},
    "tune trust": {"tune_trust"},
    "tune confidence": {"tune_confidence"},
}


def commands_with_json(group: Any, path: str = "") -> set[str]:
    """Every command that has --json, by the words that call it."""
    found: set[str] = set()
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= commands_with_json(command, f"{path}{name} ")
        elif any("--json" in option.opts for option in command.params):
            found.add(f"{path}{name}")
    return found


def subclasses(of: type) -> set[type]:
    return {of}.union(*map(subclasses, of.__subclasses__()))


def test_the_schemas_in_docs_are_current(tmp_path):
    write_schemas(tmp_path)

    held = {path.name: path.read_text() for path in SCHEMAS.iterdir()}
    assert held == {path.name: path.read_text() for path in tmp_path.iterdir()}, "run: trigpoint schemas"


def test_every_command_with_json_has_a_schema():
    names = {schema_name(document).removeprefix("trigpoint.").partition("/")[0] for document in DOCUMENTS}

    assert commands_with_json(typer.main.get_command(app)) == set(SCHEMA_OF)
    assert set().union(*SCHEMA_OF.values()) == names - {"error", "marts"}  # of any command; of a file beside the marts


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_guide_links_to_every_schema(document):
    assert f"(schemas/{file_name(schema_name(document))})" in GUIDE


@pytest.mark.parametrize("contract", sorted(subclasses(Contract), key=str))
def test_a_printed_object_is_frozen_and_has_no_other_keys(contract):
    assert (contract.model_config["frozen"], contract.model_config["extra"]) == (True, "forbid")


def test_the_example_of_the_guide_keeps_to_its_schema():
    (example,) = (part.split("```")[0] for part in GUIDE.split("```json\n")[1:])

    assert checked(json.loads(example))["schema"] == "trigpoint.error/1"


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        pytest.param(["plan", "--json"], "query", "Give a query", id="no query"),
        pytest.param(["plan", "padel", "--sources", "yelp", "--json"], "query", "Unknown source: yelp", id="source"),
        pytest.param(["run", "--json", "--zzz"], "usage", "No such option: --zzz. Try: trigpoint run", id="option"),
        pytest.param(["explain", "--json"], "usage", "Missing argument 'entity'", id="argument"),
        pytest.param(["plan", "padel", "--json", "--max-cost", "lots"], "usage", "--max-cost must be", id="value"),
        pytest.param(["plan", "padel", "leith", "--json"], "usage", "quotes around", id="a query without quotes"),
        pytest.param(["eval", "--json"], "usage", "No such option: --json", id="a group"),
        pytest.param(["frobnicate", "--json"], "usage", "No such command", id="command"),
        pytest.param(["explain", "leith-library", "--json"], "usage", "Nothing has been built yet", id="nothing there"),
        pytest.param(["sql", "select", "--json"], "usage", "Nothing has been built yet", id="sql"),
    ],
)
def test_a_failure_is_an_object_too(command, tmp_path, arguments, kind, words):
    code, out, errors = command(tmp_path, *arguments)

    failure = json.loads(out)
    assert (code, failure["exit_code"], failure["error"]["kind"]) == (2, 2, kind)
    assert words in failure["error"]["message"]
    assert failure["error"]["message"] in errors, "a log that holds stderr alone has the reason as well"


def test_without_json_a_failure_leaves_stdout_empty(command, tmp_path):
    code, out, errors = command(tmp_path, "explain", "leith-library")

    assert (code, out) == (2, "")
    assert "Nothing has been built yet" in errors


@pytest.mark.parametrize(
    ("arguments", "is_wanted"),
    [(["run", "--json"], True), (["run", "--bad", "--json"], True), (["run"], False), (["run", "--", "--json"], False)],
)
def test_json_is_wanted_if_it_is_an_option(arguments, is_wanted):
    assert is_json_wanted(arguments) is is_wanted


def test_every_error_has_a_kind_that_the_schema_lists():
    errors = {error for error in subclasses(TrigpointError) if error.__module__.startswith("orchestrate")}

    assert {error.kind for error in errors} | {"unexpected", "terminated"} == set(get_args(ErrorKind))


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        pytest.param(
            OSError(28, "No space left on device"),
            Failure("disk_full", "There is no room left for what is printed (No space left on device).", 1),
            id="full disk",
        ),
        pytest.param(InterruptedWorkError("Stopped."), Failure("interrupted", "Stopped.", 130), id="Ctrl-C"),
    ],
)
def test_an_error_is_reported_as(error, failure):
    assert failure_of(error) == failure


def test_a_fault_of_ours_is_unexpected_and_says_what_to_do():
    failure = failure_of(KeyError("x"))

    assert (failure.kind, failure.exit_code) == ("unexpected", 1)
    assert "Unexpected KeyError: 'x'. This is a fault in Trigpoint" in failure.message


@pytest.mark.parametrize(("mart", "contract"), [("entity_claims", Claim), ("override_reviews", OverrideReview)])
def test_a_row_of_a_mart_is_printed_with_every_column(mart, contract):
    (model,) = yaml.safe_load((PROJECT_ROOT / "models" / "marts" / f"{mart}.yml").read_text())["models"]

    assert {column["name"] for column in model["columns"]} == set(contract.model_fields) - {"record_key"}


def test_a_moment_is_printed_as_utc(tmp_path):
    described = json.loads((SCHEMAS / file_name(schema_name(Explanation))).read_text())

    assert described["$defs"]["EvidenceRecord"]["properties"]["fetched_at"] == {"type": "string", "format": "date-time"}
