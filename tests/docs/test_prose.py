"""The documents are in plain English: short sentences, no words of the old style, no broken links."""

import re
from pathlib import Path

import pytest

from bench.overview import PICTURE, drawn
from orchestrate.settings import PROJECT_ROOT
from tests.yaml_files import read_yaml

README = PROJECT_ROOT / "README.md"
DOCUMENTS = [
    *PROJECT_ROOT.glob("*.md"),
    *(PROJECT_ROOT / "docs").glob("*.md"),
    PROJECT_ROOT / "ingest" / "sandbox" / "README.md",
]
MAX_WORDS = 30
OLD_STYLE = re.compile(r"\b(told|whom|whoever|borne out|bears? (it|them|\w+ )?out|speaks? for|nobody|so many)\b", re.I)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))


def prose(document: Path) -> str:
    """The text without code blocks, tables, headings and link targets."""
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(\||#).*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\]\([^)]*\)", "]", text)


def sentences(document: Path) -> list[str]:
    """The sentences. A blank line, a list item and a full stop each end one."""
    blocks = re.split(r"\n\s*\n|\n\s*(?:[-*]|\d+\.) ", prose(document))
    flat = (" ".join(block.split()) for block in blocks)
    return [sentence for block in flat for sentence in re.split(r"(?<=[.?!])[)\"*]* (?=[^a-z])", block)]


def slug(heading: str) -> str:
    """GitHub's anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@each_document
def test_no_sentence_is_too_long(document):
    too_long = {sentence: n for sentence in sentences(document) if (n := len(sentence.split())) > MAX_WORDS}

    assert too_long == {}


@each_document
def test_no_word_of_the_old_style(document):
    assert [found.group() for found in OLD_STYLE.finditer(prose(document))] == []


@each_document
def test_every_internal_link_has_a_target(document):
    text = re.sub(r"```.*?```|`[^`]*`", "", document.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)

    lost = [
        (path, anchor)
        for path, anchor in links
        if not (target := (document.parent / path).resolve() if path else document).exists()
        or (anchor and anchor not in map(slug, re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)))
    ]
    assert lost == []


def test_the_readme_fits_on_a_page():
    lines = README.read_text().splitlines()

    assert len(lines) <= 120
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("picture", [*(PROJECT_ROOT / "docs" / "pictures").glob("*.svg")], ids=lambda path: path.stem)
def test_a_picture_loads_nothing(picture):
    assert re.findall(r"""@import|@font-face|url\((?!#)|href=|src=""", picture.read_text()) == []


def test_the_overview_counts_the_models_of_today():
    assert PICTURE.read_text() == drawn(PROJECT_ROOT), "run: make pictures"


def test_the_page_of_tuning_names_every_seed():
    seeds = {path.stem for path in (PROJECT_ROOT / "dbt_project" / "seeds").glob("*.csv")}
    rows = re.findall(r"^\| [^|`]+ \| (`[^|]+) \|$", (PROJECT_ROOT / "docs" / "tuning.md").read_text(), re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == seeds


def test_the_data_model_names_every_published_table():
    (source,) = read_yaml(PROJECT_ROOT / "docs" / "trigpoint_sources.yml")["sources"]
    page = (PROJECT_ROOT / "docs" / "data_model.md").read_text()

    assert {table["name"] for table in source["tables"]} == set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
