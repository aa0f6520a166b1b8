"""Shared code assumes no country: no word of Britain is in it, but for rules that are keyed by the country."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrate.settings import PROJECT_ROOT

ROOMS = ("extract", "ingest", "models", "dbt_project/macros", "dbt_project/tests")
# Sources of one country, and the stand-ins of Edinburgh.
OF_ONE_COUNTRY = ("sandbox", "sport_scotland", "edinburgh_council")
WORDS = re.compile(
    r"\bG\.?B\b|\bgb\b|\bU\.?K\b|\buk\b|brit(?:ain|ish)|scot(?:land|tish)|engl(?:and|ish)|\bwales\b|edinburgh|leith|"
    r"lothian|\beh\d",
    re.IGNORECASE,
)
# A rule that applies only to records of the country that it names.
KEYED_BY_COUNTRY = {
    "extract/addresses/addresses.py": {"GB"},  # a British code may be anywhere in an address
    "extract/addresses/postal.py": {"GB"},  # a stricter grammar than that of the package
    "extract/addresses/postcodes.py": {"GB", "british"},  # typing errors can be mended in a British code
    "extract/addresses/streets.py": {"english"},  # the language of most pages on the web
    "extract/geography/points.py": {"GB"},  # the grid of a country that publishes eastings
    "extract/text/subject/localities.py": {"english"},  # behind a town, an English title goes on with any words
    "extract/text/languages.py": {"ENGLISH", "uk"},  # the language that every text may also be in; Ukrainian
    "extract/hours/foreign_words.py": {"ENGLISH", "english", "uk"},  # the language others are put into; Ukrainian
    "extract/hours/hour_words.py": {"english"},
    "extract/scope/cues.py": {"ENGLISH"},  # the language of most pages on the web
    "extract/web/domains.py": {"uk"},  # hosts of many people's sites
    "ingest/lists/declaration/contract.py": {"GB"},  # an example in a description
    "ingest/lists/proposal/coordinates.py": {"GB", "gb", "british"},  # the grids of each country
    "ingest/lists/proposal/countries.py": {"GB", "uk", "england", "scotland", "wales"},  # names of one country
    "ingest/lists/proposal/values.py": {"GB"},  # forms of postcodes, by country
    "ingest/lists/proposal/proposing.py": {"GB"},  # an example in a sentence
    "models/staging/openstreetmap/stg_openstreetmap__places.sql": {"GB"},  # the key of a tag, ref:GB:uprn
}

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def shared_files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((PROJECT_ROOT / room).rglob("*")):
            is_of_one = any(name in path.relative_to(PROJECT_ROOT).as_posix() for name in OF_ONE_COUNTRY)
            if path.suffix in (".py", ".sql") and not is_of_one:
                yield path


def code_of(path: Path) -> str:
    """The code without its comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--[^\n]*|\{#.*?#\}", "", text, flags=re.DOTALL)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


@pytest.mark.parametrize("path", tuple(shared_files()), ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_shared_code_assumes_no_country(path):
    found = {match[0] for match in WORDS.finditer(code_of(path))}

    assert found <= KEYED_BY_COUNTRY.get(path.relative_to(PROJECT_ROOT).as_posix(), set())


def test_value_paths_give_no_country():
    rows = (PROJECT_ROOT / "dbt_project" / "seeds" / "value_paths.csv").read_text(encoding="utf-8").splitlines()

    assert [row for row in rows if row.split(",")[1] == "country" and row.split(",")[-1]] == []


@pytest.mark.parametrize("line", ['COUNTRY = "GB"', 'x = f"{area}, United Kingdom, UK"', "is_in_scotland = True"])
def test_the_scan_sees_an_assumption(tmp_path, line):
    path = tmp_path / "a.py"
    path.write_text(f'"""Of Edinburgh."""\n# Of Leith.\n{line}\n', encoding="utf-8")

    assert WORDS.search(code_of(path))
