"""`trigpoint new-source NAME`: writes the files and rows of a new source, ready to fill in.

The result runs at once: an invented JSON service, its stand-in and its tests. Each place to fill in says TODO.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

from orchestrate.errors import UsageError
from orchestrate.seeds.check import check_seeds

TEMPLATES = Path(__file__).with_name("source_templates")
FILES = {  # template -> the file made from it
    "connector.py": "ingest/connectors/{name}.py",
    "places.sql": "models/staging/{name}/stg_{name}__places.sql",
    "models.yml": "models/staging/{name}/_{name}__models.yml",
    "sandbox.py": "ingest/sandbox/sources/{name}.py",
    "test.py": "tests/ingest/connectors/test_{name}.py",
}
SEEDS = ("sources", "source_trust", "value_paths")
# Names of other tables of `raw`, of staging folders, and words with a special meaning in a seed.
TAKEN = {
    *("connector_calls", "answers", "answer_uses", "rejects", "unknown_fields", "records"),
    *("extract", "ops", "raw", "unknown_source", "derived"),
}
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 40
KEY = re.compile(r"[A-Z][A-Z0-9_]*")
# The columns of a staging model: those of every record, and those that the template reads.
OF_EVERY_RECORD = (
    *("record_key", "source_name", "source_record_id", "run_id", "request_id", "payload_hash", "fetched_at"),
    *("first_fetched_at", "version_no", "valid_from", "replaced_at", "result_rank", "operating_status", "loss_reason"),
)
READ_BY_THE_TEMPLATE = (
    *("entity_name", "raw_categories", "is_sub_venue", "street_address", "locality", "city", "postcode", "country"),
    *("latitude", "longitude", "location_flag", "phone", "website_url", "external_ids"),
)


@dataclass(frozen=True)
class Change:
    """A file with its new content."""

    path: str  # from the root of the project
    text: str
    is_new: bool


def new_source(name: str, key: str | None, root: Path) -> list[Change]:
    """Write the files of the source into the clone at `root`. Raises UsageError, and then writes nothing."""
    if not (root / "tests").is_dir():
        raise UsageError("A source is code: add it in a clone of Trigpoint's repository. This is no clone.")
    seeds = check_seeds(root / "dbt_project" / "seeds")
    listed = {row.cells["source_name"]: row.cells["key_setting"] for row in seeds["sources"].rows}
    _check_name(name, set(listed))
    _check_key(key)
    changes = list(_changes(name, key, [k for k in listed.values() if k], root))
    for change in changes:
        if change.is_new and (root / change.path).exists():
            raise UsageError(f"{change.path} already exists. Move it away, or choose another name.")
    for change in changes:
        path = root / change.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change.text, encoding="utf-8", newline="")
    return changes


def next_steps(name: str) -> str:
    return f"""
Next:
1. Fill in each TODO. These tests fail until no TODO is left, and name the places:
   .venv/bin/pytest tests/orchestrate/test_sources.py tests/ingest/connectors/test_{name}.py
2. Map its categories: add rows to dbt_project/seeds/category_map.csv. If requests need the source's own filters: add
   rows to connector_targets.csv, and set `needs` in sources.csv.
3. Ask its stand-in: .venv/bin/trigpoint run --sources {name} "sports centre leith"
"""


def _check_name(name: str, listed: set[str]) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UsageError(
            f'"{name}" cannot be the name of a source: use small letters, digits and single underscores, such '
            f"as city_library, and at most {LONGEST_NAME} characters."
        )
    if name in listed | TAKEN | _words_of_languages():
        raise UsageError(f'The name "{name}" is taken. Choose another name.')


def _words_of_languages() -> set[str]:
    """Check the name: it becomes the name of a table and of a module."""
    with duckdb.connect() as connection:
        reserved = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category != 'unreserved'"
        )
        return {word for (word,) in reserved.fetchall()} | set(keyword.kwlist)


def _check_key(key: str | None) -> None:
    if key is not None and not KEY.fullmatch(key):
        raise UsageError(f'"{key}" cannot be the name of a setting; write it as CITY_LIBRARY_API_KEY.')


def _changes(name: str, key: str | None, keys: list[str], root: Path) -> Iterator[Change]:
    values = {"name": name, "title": name.replace("_", " ").capitalize(), "key": key, "columns": _columns(root)}
    for template, path in FILES.items():
        yield Change(path.format(name=name), _rendered(template, values), is_new=True)
    for seed in SEEDS:
        rows = _rendered(f"{seed}.csv", values)
        yield _changed(root, f"dbt_project/seeds/{seed}.csv", partial(_appended, rows=rows))
    yield _changed(root, "dbt_project.yml", lambda text: _listed(text, name))
    if key:
        yield _changed(root, ".env.example", lambda text: _after_last(text, keys, "#{}=", key))
        yield _changed(root, ".github/workflows/query.yml", lambda text: _after_last(text, keys, " secrets.{} ", key))


def _columns(root: Path) -> dict[str, str]:
    """Each column of a staging model, and the `doc` block that describes it."""
    union = root / "models" / "intermediate" / "records" / "int_records_unioned.yml"
    (model,) = yaml.safe_load(union.read_text(encoding="utf-8"))["models"]
    given = {*OF_EVERY_RECORD, *READ_BY_THE_TEMPLATE}
    return {
        column["name"]: column["description"] if column["name"] in given else "{{ doc('not_given') }}"
        for column in model["columns"]
    }


def _rendered(template: str, values: dict[str, Any]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        # Other delimiters, because the written files contain dbt's own braces.
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (it writes code with checked names, and no page)
    )
    return environment.get_template(f"{template}.jinja").render(values)


def _changed(root: Path, path: str, change: Callable[[str], str]) -> Change:
    text = (root / path).read_bytes().decode()  # keeps its line ends
    return Change(path, change(text), is_new=False)


def _appended(text: str, rows: str) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    return text + ("" if text.endswith("\n") else line_end) + rows.replace("\n", line_end)


def _listed(text: str, name: str) -> str:
    """`dbt_project.yml` with the name at the end of its list of sources."""
    return re.sub(r"^(  sources: \[[^\]]*)\]", rf"\1, {name}]", text, count=1, flags=re.MULTILINE)


def _after_last(text: str, keys: list[str], pattern: str, key: str) -> str:
    """A copy of the last line that passes on the key of a source, with `key` in it."""
    lines = text.splitlines(keepends=True)
    named = [(number, known) for number, line in enumerate(lines) for known in keys if pattern.format(known) in line]
    number, known = named[-1]
    lines.insert(number + 1, lines[number].replace(known, key))
    return "".join(lines)
