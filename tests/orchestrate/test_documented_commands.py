"""Every command in the documents works: run in one data directory, in the order in which a reader meets them."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
import typer

from bench.pictures import ALL as DRAWN
from bench.pictures import PICTURES, Picture
from orchestrate import cli
from orchestrate.settings import PROJECT_ROOT

DOCUMENTS = ("README.md", "docs/commands.md", "docs/data_model.md", "docs/tuning.md", "docs/live.md")

# Not run here, and why. Their arguments are parsed all the same.
NOT_RUN = {
    "the network": re.compile(r"--live|^git clone"),
    "changes a seed of the checkout; test_decisions runs it": re.compile(
        r"^trigpoint (correct|join|split) (?!.*--dry-run)"
    ),
    "builds once more; test_decisions runs it": re.compile(r"^trigpoint build"),
    "builds the whole sandbox; test_evaluate runs it": re.compile(r"^trigpoint eval sandbox|^make eval"),
    "builds the whole sandbox; test_confidence runs it": re.compile(r"^trigpoint (eval|tune) confidence"),
    "builds a warehouse; test_eval_matching and test_label run it": re.compile(
        r"^trigpoint (\w+ matching|label) --records"
    ),
    "builds a warehouse; test_eval_survivorship runs it": re.compile(r"^trigpoint eval survivorship"),
    "reads 180 texts; test_eval_extraction runs it": re.compile(r"^trigpoint eval extraction"),
    "writes into the checkout; test_new_source runs it": re.compile(r"^trigpoint new-source"),
    "writes into the checkout; test_add_list runs it": re.compile(r"^trigpoint add (?!.*--json)"),
    "needs two published files; test_golden_diff runs it": re.compile(r"^trigpoint diff old"),
    "builds a copy; test_what_if_weights runs it": re.compile(r"^trigpoint diff --weights"),
    "a server that does not end": re.compile(r"^make llm-local|^trigpoint serve"),
    "changes a seed of the checkout; test_sheets runs it": re.compile(r"^trigpoint review import"),
    "sets up a shell": re.compile(r"^(export|cp) "),
}
# `make` hands its variable to the command by the environment.
BY_MAKE = {"run": "run", "sql": "sql", "docs": "docs", "eval": "eval sandbox"}


def blocks(document: str, language: str) -> list[tuple[str, str]]:
    """The words after the language, and the content, of each code block."""
    text = (PROJECT_ROOT / document).read_text()
    return re.findall(rf"^```{language}(?: (\S+))?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(document: str) -> Iterator[str]:
    """Each command as `trigpoint ...` or `make ...`, without a redirection, once."""
    lines = [line[2:] for _, block in blocks(document, "console") for line in block.splitlines() if line[:2] == "$ "]
    lines += re.findall(r"^- run: (.*)$", "\n".join(block for _, block in blocks(document, "yaml")), re.MULTILINE)
    for line in lines:
        yield re.sub(r" > \S+$", "", line).removeprefix(".venv/bin/")


ALL = list(dict.fromkeys(command for document in DOCUMENTS for command in commands(document)))


def reason_not_to_run(command: str) -> str | None:
    return next((reason for reason, pattern in NOT_RUN.items() if pattern.search(command)), None)


def arguments_of(command: str) -> list[str] | None:
    """What follows `trigpoint`; None where the command is another program's."""
    program, *arguments = shlex.split(command)
    if program == "make" and arguments[0] in BY_MAKE:
        values = [argument.partition("=")[2] for argument in arguments[1:]]
        return [*BY_MAKE[arguments[0]].split(), *values]
    return arguments if program == "trigpoint" else None


def parse(arguments: list[str]) -> None:
    """Resolve the command and parse its options, as click does before it calls anything."""
    command, name = typer.main.get_command(cli.app), "trigpoint"
    while hasattr(command, "resolve_command"):
        name, command, arguments = command.resolve_command(command.context_class(command, info_name=name), arguments)
    command.make_context(name, arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the files that the documents show."""
    folder = tmp_path_factory.mktemp("documented")
    for name, content in (block for document in DOCUMENTS for block in blocks(document, "csv")):
        (folder / name).write_text(content)
    (folder / "tests").symlink_to(PROJECT_ROOT / "tests")
    return folder


@pytest.fixture
def run(command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[str, ...]], str]:
    """Run a documented command in this process; what it prints on stdout."""
    monkeypatch.chdir(folder)

    def run_it(arguments: tuple[str, ...]) -> str:
        code, out, err = command(Path("data"), *arguments)
        assert code == 0, f"{arguments}\n{err}"
        return out

    return run_it


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_documented_command_runs(run):
    """In order: the first asks the sources, the others look at what it left."""
    printed = {arguments: run(arguments) for arguments in to_run()}

    assert [arguments for arguments, output in printed.items() if not output.strip()] == []
    for shown in real_output("README.md"):
        assert masked(shown) in [masked(output) for output in printed.values()]
    for picture in DRAWN:
        shown = masked(f"$ {picture.shown}\n{printed[picture.arguments]}")
        assert drawn(picture) == shown, "another output than the picture's; run: make pictures"
    check_queries()


def to_run() -> list[tuple[str, ...]]:
    """Two ways to write one command are run once."""
    runnable = [arguments_of(documented) for documented in ALL if not reason_not_to_run(documented)]
    return list(dict.fromkeys(tuple(arguments) for arguments in runnable if arguments is not None))


def real_output(document: str) -> list[str]:
    return [block for _, block in blocks(document, "text")]


def masked(output: str) -> str:
    """The letters, without what differs from run to run (ids, times, ports, seconds) and without spaces.

    A quote is coloured on a terminal, and between « and » elsewhere.
    """
    return re.sub(r"\d{8}T\d{6}-[0-9a-f]{8}|\d+(\.\d+)?|[«»\s]", lambda m: "0" if m[0][0].isdigit() else "", output)


def drawn(picture: Picture) -> str:
    """What the picture shows, masked; it holds no text of spaces alone."""
    svg = ElementTree.fromstring((PICTURES / f"{picture.name}.svg").read_text())  # noqa: S314 (a file of ours)
    matrix = f".//{{*}}g[@class='trigpoint-{picture.name}-matrix']/{{*}}text"
    return masked(" ".join(text.text or "" for text in svg.iterfind(matrix)))


def check_queries() -> None:
    with duckdb.connect("data/sandbox/trigpoint.duckdb", read_only=True) as published:
        for _, query in blocks("docs/data_model.md", "sql"):
            assert published.sql(query).fetchall(), query


@pytest.mark.parametrize("documented", [command for command in ALL if reason_not_to_run(command)])
def test_what_is_not_run_has_arguments_that_parse(documented):
    arguments = arguments_of(documented)

    if arguments is not None:
        parse(arguments)


def test_every_make_target_exists():
    documents = [PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md", *(PROJECT_ROOT / "docs").glob("*.md")]
    named = {
        target
        for document in documents
        for target in re.findall(r"(?:`|^\$ )make ([a-z][a-z-]*[a-z])(?=[ `\n])", document.read_text(), re.MULTILINE)
    }

    done = subprocess.run(["make", "-n", *sorted(named)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)

    assert (len(named) > 10, done.returncode) == (True, 0), done.stderr


def test_the_page_of_commands_has_every_command():
    group = typer.main.get_command(cli.app)
    names = {
        f"{name} {sub}".rstrip()
        for name, command in group.commands.items()
        for sub in getattr(command, "commands", [""])
    }
    page = (PROJECT_ROOT / "docs" / "commands.md").read_text()

    described = re.findall(r"^## trigpoint (.*)$", page, re.MULTILINE)
    assert sorted(described) == sorted(names)
