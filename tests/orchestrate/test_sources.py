"""One list of sources: every list of all sources is complete, and no other file names a source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ingest.connectors import CONNECTORS
from orchestrate.maintain.new_source import FILES
from orchestrate.seeds.files import read_seed
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from tests.sources import KEYS, SOURCES

# What a source is to itself: its own files, the data that a person edits, and the sandbox's stand-in for it.
HOMES = (
    *("ingest/connectors/", "ingest/target_forms/", "ingest/sandbox/", "dbt_project/seeds/"),
    *("models/staging/{source}/", "dbt_project/macros/{source}.sql"),
)
# Files that may name a source, and why.
ALLOWED = {
    "stated_values.py": "a page states its prices; a search result may show an offer",
    "shown.py": "the map on the web where anybody may look at a point",
    "websites.py": "a host that pages link to",
    "review.py": "the example of a record's key in a help text",
    "osc_file.py": "a change file is for its editors",
    "osm_tags.py": "a change file has its tags",
    "int_category_map.sql": "the kinds of the vocabulary are defined by its tags",
    "stg_serper__boxes.sql": "the name under which Google's id of a place goes in `external_ids`",
}
CODE = ("extract", "ingest", "orchestrate", "trigpoint", "models", "dbt_project")


def test_connectors_are_those_of_the_list():
    assert set(CONNECTORS) == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("path", FILES.values())
def test_each_source_has_its_files(source, path):
    assert (PROJECT_ROOT / path.format(name=source)).is_file()


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_is_left_to_do(source):
    """`trigpoint new-source` marks each place to fill in."""
    seeds = [(f"dbt_project/seeds/{path.name}", f"{source},") for path in SEEDS_DIR.glob("*.csv")]
    files = [(path.format(name=source), "") for path in FILES.values()]

    left = [
        f"{path}:{number}: {line.strip()}"
        for path, start in (*files, *seeds)
        for number, line in enumerate((PROJECT_ROOT / path).read_text(encoding="utf-8").splitlines(), start=1)
        if "TODO" in line and line.startswith(start)
    ]

    assert not left, "\n".join(left)


@pytest.mark.parametrize("name", ["source_trust", "value_paths"])
def test_each_source_has_rows_in_the_seed(name):
    named = {row["source_name"] for row in read_seed(SEEDS_DIR / f"{name}.csv")}

    assert [source for source in SOURCES if source not in named] == []


def test_env_example_has_every_key():
    example = (PROJECT_ROOT / ".env.example").read_text()

    assert [key for key in KEYS if f"#{key}=" not in example] == []


def test_query_workflow_has_every_key():
    workflow = yaml.safe_load((PROJECT_ROOT / ".github" / "workflows" / "query.yml").read_text())
    handed = [step.get("env", {}) for step in workflow["jobs"]["query"]["steps"]]

    assert [key for key in KEYS if not any(env.get(key) == f"${{{{ secrets.{key} }}}}" for env in handed)] == []


def _code_of(path: Path) -> str:
    """What is run: no comment, no docstring, no unit test of a model."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.sub(r'"""(?:.|\n)*?"""|#.*', "", text)
    return re.sub(r"--.*|\{#(?:.|\n)*?#\}", "", text)


CODE_FILES = [path for folder in CODE for kind in ("py", "sql") for path in (PROJECT_ROOT / folder).rglob(f"*.{kind}")]


# A name that is a common word is a name only in quotes, or in that of a table or model.
COMMON_WORDS = {"pages"}


@pytest.mark.parametrize("source", SOURCES)
def test_no_other_code_names_the_source(source):
    word = rf"[\"']{source}[\"']|\braw\.{source}\b" if source in COMMON_WORDS else rf"\b{source}(?:__\w+)?\b"
    homes = tuple(home.format(source=source) for home in HOMES)

    naming = [
        name
        for path in CODE_FILES
        if not (name := str(path.relative_to(PROJECT_ROOT))).startswith(homes)
        and path.name not in ALLOWED
        and re.search(rf"{word}|\bstg_{source}__\w+\b", _code_of(path))
    ]

    assert naming == []
