"""A seventh source: laid down, filled in, run to a golden record, and gone again without a trace."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.maintain.new_source import new_source
from orchestrate.settings import PROJECT_ROOT

PARTS = ("dbt_project", "extract", "ingest", "models", "orchestrate", "tests", "trigpoint")
FILES = (
    ".env.example",
    ".github/workflows/query.yml",
    "dbt_project.yml",
    "profiles.yml",
    "pyproject.toml",
    "selectors.yml",
)
MOST_FILES, MOST_EDITED = 10, 2  # touched in all; edited that are neither new nor seeds
# What a person does about each TODO of a source that has a service as simple as the one laid down.
FILLED_IN = {
    "ingest/connectors/leisure_trust.py": [
        (" TODO: say whose service it is.", " A trust that runs sports halls."),
        ("  # TODO: where the service answers", ""),
        (" TODO: name each field of the service; another type or a new field is then noticed.", ""),
        (" TODO: set the path, the parameters and the paging of the service.", ""),
    ],
    "models/staging/leisure_trust/stg_leisure_trust__places.sql": [
        (" TODO: say what the source means by a place.", ""),
        ("        -- TODO: where its payload keeps name and categories.\n", ""),
    ],
    "models/staging/leisure_trust/_leisure_trust__models.yml": [(" TODO: what is left out, and why.", "")],
    "ingest/sandbox/sources/leisure_trust.py": [
        ("# TODO: records as the service sends them, of places", "# Places"),
        ("of one that is not there.", "one that no other source knows."),
        (
            "]] = [\n",
            "]] = [\n"
            '    {"id": 2, "name": "Tolbooth Wynd Sports Hall", "categories": ["sports hall"], "postcode": "EH6 6DN",'
            ' "address": "9 Tolbooth Wynd, Leith, Edinburgh", "phone": "0131 496 0999", "website": None,'
            ' "latitude": 55.9755, "longitude": -3.1702},\n',
        ),
    ],
    "tests/ingest/connectors/test_leisure_trust.py": [
        (" TODO: its own request, its own answers.", ""),
        ("        # TODO: what the service says when it fails, above all with status 200.\n", ""),
    ],
    "dbt_project/seeds/sources.csv": [
        ("TODO: why a plan asks it about {what} in {area}", "the trust's halls and pools in {area}"),
        ("TODO: its licence,false,TODO: its attribution,restricted", "OGL v3,true,The trust,attribution"),
    ],
    "dbt_project/seeds/source_trust.csv": [("TODO: why so much and no more", "the trust's own places")],
    "dbt_project/seeds/category_map.csv": [
        ("\nserper,", "\nleisure_trust,sports hall,place_type,sports_centre\nserper,"),
    ],
}


GOLDEN = """
    select
        entities.entity_name,
        entities.postcode,
        entities.phone,
        list(distinct entity_records.source_name order by entity_records.source_name) as sources
    from marts.entities
    inner join marts.entity_records on entities.entity_id = entity_records.entity_id
    group by entities.entity_id, entities.entity_name, entities.postcode, entities.phone
    having list_contains(sources, 'leisure_trust')
    order by entities.entity_name
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone of the repository has of this."""
    root = tmp_path_factory.mktemp("clone")
    for part in PARTS:
        shutil.copytree(PROJECT_ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_ROOT / file, root / file)
    return root


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.mark.parametrize(
    ("name", "key", "sentence"),
    [
        pytest.param("openstreetmap", None, "is taken", id="a-source"),
        pytest.param("manual_override", None, "is taken", id="a-person"),
        pytest.param("records", None, "is taken", id="a-table"),
        pytest.param("group", None, "is taken", id="sql"),
        pytest.param("lambda", None, "is taken", id="python"),
        pytest.param("City Library", None, "such as city_library", id="spaces"),
        pytest.param("../city", None, "such as city_library", id="path"),
        pytest.param("city__library", None, "such as city_library", id="two-underscores"),
        pytest.param("1st_library", None, "such as city_library", id="digit"),
        pytest.param("x" * 41, None, "at most 40", id="long"),
        pytest.param("", None, "such as city_library", id="blank"),
        pytest.param("city_library", "city-key", "CITY_LIBRARY_API_KEY", id="key"),
    ],
)
def test_bad_name_or_key_is_refused_and_nothing_is_written(clone, name, key, sentence):
    before = files_of(clone)

    with pytest.raises(UsageError, match=sentence):
        new_source(name, key, clone)

    assert changed(before, files_of(clone)) == set()


def test_existing_file_is_not_overwritten(clone):
    mine = clone / "ingest" / "connectors" / "city_library.py"
    mine.write_text("# mine")
    before = files_of(clone)

    with pytest.raises(UsageError, match=r"city_library\.py already exists"):
        new_source("city_library", None, clone)

    assert changed(before, files_of(clone)) == set()
    mine.unlink()


def test_only_a_clone_takes_a_source(command, tmp_path):
    code, printed, said = command(tmp_path, "new-source", "group")

    assert (code, printed) == (2, "")
    assert "is taken" in said
    with pytest.raises(UsageError, match="This is no clone"):
        new_source("city_library", None, tmp_path)


def test_key_is_added_where_the_others_are(tmp_path, clone):
    root = Path(shutil.copytree(clone, tmp_path / "clone"))
    before = files_of(root)

    new_source("city_library", "CITY_LIBRARY_KEY", root)

    edited = changed(before, files_of(root)) & before.keys()
    assert {".env.example", ".github/workflows/query.yml"} <= edited
    assert "#CITY_LIBRARY_KEY=\n" in (root / ".env.example").read_text()
    workflow = (root / ".github" / "workflows" / "query.yml").read_text()
    assert "          CITY_LIBRARY_KEY: ${{ secrets.CITY_LIBRARY_KEY }}\n" in workflow
    connector = (root / "ingest" / "connectors" / "city_library.py").read_text()
    assert 'headers={"X-API-Key": fetch.api_key or ""}' in connector
    assert "set CITY_LIBRARY_KEY in .env" in connector


Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def python(clone: Path, tmp_path: Path, clean_environment: dict[str, str]) -> Python:
    """`python("-m", "orchestrate.cli", ...)`: the clone's code, in the clone."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        here = {"PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1", "TRIGPOINT_DATA_DIR": str(tmp_path / "data")}
        return subprocess.run(
            [sys.executable, *arguments],
            env={**clean_environment, **here},
            cwd=clone,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return call


def own_tests(python: Python) -> subprocess.CompletedProcess[str]:
    """The tests that the command names, and no others of its files."""
    tests = ["tests/orchestrate/test_sources.py", "tests/ingest/connectors/test_leisure_trust.py"]
    return python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", "--no-cov", "-k", "leisure_trust or every", *tests
    )


def remove(root: Path, before: dict[str, bytes]) -> None:
    """As a person would: the files of its name, its rows, and its name in the list."""
    for path in changed(before, files_of(root)):
        if path not in before:
            (root / path).unlink()
            continue
        lines = (root / path).read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("leisure_trust,")]
        (root / path).write_text("".join(kept).replace(", leisure_trust]", "]"))


@pytest.mark.slow
def test_seventh_source_reaches_a_golden_record(clone, python, tmp_path):
    before = files_of(clone)

    laid_down = python("-m", "orchestrate.cli", "new-source", "leisure_trust")

    assert (laid_down.returncode, laid_down.stderr) == (0, "")
    written = set(re.findall(r"^(?:new  |lines) +(\S+)$", laid_down.stdout, re.MULTILINE))
    assert written == changed(before, files_of(clone))
    unfilled = own_tests(python)
    assert unfilled.returncode == 1
    assert [path for path in FILLED_IN if path in written and f"{path}:" not in unfilled.stdout] == []

    for path, changes in FILLED_IN.items():
        text = (clone / path).read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (clone / path).write_text(text)

    filled = own_tests(python)
    assert filled.returncode == 0, filled.stdout
    touched = changed(before, files_of(clone))
    edited = {path for path in touched & before.keys() if not path.startswith("dbt_project/seeds/")}
    assert len(touched) <= MOST_FILES, touched
    assert len(edited) <= MOST_EDITED, edited

    asked = ("sports hall leith", "--sources", "leisure_trust,openstreetmap")
    run = python("-m", "orchestrate.cli", "run", *asked)
    assert run.returncode == 0, run.stderr
    with duckdb.connect(str(tmp_path / "data" / "sandbox" / "trigpoint.duckdb"), read_only=True) as published:
        golden = published.execute(GOLDEN).fetchall()
    assert golden == [
        ("Leith Victoria Swim Centre", "EH6 5JA", "+441314960008", ["leisure_trust", "openstreetmap"]),
        ("Tolbooth Wynd Sports Hall", "EH6 6DN", "+441314960999", ["leisure_trust"]),
    ]

    remove(clone, before)
    assert changed(before, files_of(clone)) == set()
