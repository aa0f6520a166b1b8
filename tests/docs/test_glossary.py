"""The glossary names models, columns, seeds, variables and files that exist."""

import re
from functools import cache
from typing import Any

from orchestrate.settings import PROJECT_ROOT
from tests.yaml_files import read_yaml

GLOSSARY = PROJECT_ROOT / "docs" / "glossary.md"
PUBLISHED = PROJECT_ROOT / "docs" / "trigpoint_sources.yml"
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| (?P<where>[^|]+) \|$", re.MULTILINE)


@cache
def known_names() -> frozenset[str]:
    """`table`, `table.column` and `schema.table.column` of the dbt project, and the names of its variables.

    The published tables are in `docs/trigpoint_sources.yml`, under the names that a reader of the file sees.
    """
    names = set(read_yaml(PROJECT_ROOT / "dbt_project.yml")["vars"])
    for file in (*(PROJECT_ROOT / "models").rglob("*.yml"), *(PROJECT_ROOT / "dbt_project" / "seeds").glob("*.yml")):
        declared = read_yaml(file) or {}
        for node in (*declared.get("models", []), *declared.get("seeds", [])):
            names |= with_columns(node["name"], node)
        names |= source_names(declared)
    return frozenset(names | source_names(read_yaml(PUBLISHED)))


def source_names(declared: dict[str, Any]) -> set[str]:
    tables = [
        (source.get("schema", source["name"]), table)
        for source in declared.get("sources", [])
        for table in source["tables"]
    ]
    return set().union(*(with_columns(f"{schema}.{table['name']}", table) for schema, table in tables))


def with_columns(name: str, node: dict[str, Any]) -> set[str]:
    return {name, *(f"{name}.{column['name']}" for column in node.get("columns", []))}


def entries() -> list[tuple[str, str]]:
    rows = [row for row in ROW.finditer(GLOSSARY.read_text()) if row["term"] not in ("term", "---")]
    return [(row["term"], name) for row in rows for name in re.findall(r"`([^`]+)`", row["where"])]


def test_every_name_exists():
    unknown = [
        (term, name) for term, name in entries() if name not in known_names() and not (PROJECT_ROOT / name).exists()
    ]

    assert unknown == []


def test_each_term_is_defined_once_and_has_a_place():
    rows = [row for row in ROW.finditer(GLOSSARY.read_text()) if row["term"] != "term"]

    terms = [row["term"] for row in rows]
    assert len(terms) == len(set(terms)) >= 30
    assert [row["term"] for row in rows if "`" not in row["where"]] == []


def test_every_model_that_a_document_names_exists():
    documents = [
        *PROJECT_ROOT.glob("*.md"),
        *(PROJECT_ROOT / "docs").glob("*.md"),
        PROJECT_ROOT / "models" / "overview.md",
    ]
    named = {
        (document.name, model)
        for document in documents
        if document.name != "CHANGELOG.md"
        for model in re.findall(r"\b(?:int|stg)_[a-z_]+\b", document.read_text())
    }

    assert {(document, model) for document, model in named if model not in known_names()} == set()
