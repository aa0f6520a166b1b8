"""Checks relations that no rule of one column covers: between cells of a row, between rows, and between seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from string import Formatter

import yaml

from ingest.target_forms import TARGET_FORMS
from orchestrate.seeds.files import Fault, SeedFile, closed_lists, nearest, shown
from orchestrate.settings import Settings

Seeds = Mapping[str, SeedFile]

PLACEHOLDERS = ("what", "area")
CONDITIONS = ("asked_about", "needs")
NAME = re.compile("[a-z][a-z0-9_]*")  # of a source


def cross_check(seeds: Seeds) -> Iterator[Fault]:
    yield from _areas(seeds["areas"])
    yield from _coverage(seeds["coverage"])
    yield from _reasons(seeds["sources"])
    yield from _asked_sources(seeds["sources"])
    yield from _models_list(seeds["sources"])
    yield from _text_paths(seeds["text_paths"], seeds["sources"])
    yield from _licences(seeds["licences"], seeds["sources"])
    yield from _targets(seeds["connector_targets"])
    yield from _general_rows(seeds)
    yield from _pairs(seeds["match_overrides"], seeds["sources"])
    yield from _corrections(seeds)


def _areas(seed: SeedFile) -> Iterator[Fault]:
    if not seed.rows:
        yield seed.fault(0, "", "there is no area; the first area is the default of a query without one.")
    for row in seed.rows:
        cells = {name: float(row.cells[name]) for name in ("latitude", "longitude", "south", "west", "north", "east")}
        for low, middle, high in (("south", "latitude", "north"), ("west", "longitude", "east")):
            if not cells[low] < cells[high]:
                yield seed.fault(
                    row.line, f"{low}, {high}", f"{low} {row.cells[low]} is not below {high} {row.cells[high]}."
                )
            elif not cells[low] <= cells[middle] <= cells[high]:
                yield seed.fault(row.line, middle, f"{row.cells[middle]} is outside the box, {low} to {high}.")
        if (row.cells["kind"] == "city") == bool(row.cells["parent"]):
            yield seed.fault(
                row.line, "parent", "a city has no parent area, and every other area has a city as parent."
            )


def _coverage(seed: SeedFile) -> Iterator[Fault]:
    """What each kind of place needs: a country its code, a region its code and box, a box its edges."""
    edges = ("south", "west", "north", "east")
    for row in seed.rows:
        kind, filled = row.cells["kind"], [name for name in edges if row.cells[name]]
        if kind in ("country", "region") and not row.cells["country"]:
            yield seed.fault(row.line, "country", f"the cell is blank; a {kind} needs the code of its country.")
        if (filled or kind in ("region", "box")) and len(filled) < len(edges):
            missing = ", ".join(name for name in edges if name not in filled)
            yield seed.fault(row.line, missing, "the cell is blank; a box has four edges.")
        elif filled and not float(row.cells["south"]) < float(row.cells["north"]):
            sentence = f"south {row.cells['south']} is not below north {row.cells['north']}."
            yield seed.fault(row.line, "south, north", sentence)


def _reasons(seed: SeedFile) -> Iterator[Fault]:
    for row in seed.rows:
        for column in ("chosen_because", "skipped_because"):
            try:
                named = [name for _, name, _, _ in Formatter().parse(row.cells[column]) if name is not None]
            except ValueError as error:
                yield seed.fault(row.line, column, f"the braces are not in pairs ({error}).")
                continue
            for name in named:
                if name not in PLACEHOLDERS:
                    yield seed.fault(
                        row.line, column, f"there is no {{{name}}} to fill in; {nearest(name, PLACEHOLDERS)}"
                    )


def _asked_sources(seed: SeedFile) -> Iterator[Fault]:
    """Cells that may be blank only for a source that is never asked."""
    for row in seed.rows:
        if not row.cells["chosen_because"]:
            continue
        missing = [column for column in ("usd_per_request", "republish") if not row.cells[column]]
        if not row.cells["skipped_because"] and any(row.cells[column] for column in CONDITIONS):
            missing.append("skipped_because")
        for column in missing:
            yield seed.fault(row.line, column, f"the cell is blank; {row.cells['source_name']} is asked, and needs it.")


def _models_list(seed: SeedFile) -> Iterator[Fault]:
    """The models use the list `sources` in dbt_project.yml, because dbt reads no seed while it parses."""
    project = seed.path.parents[2] / "dbt_project.yml"
    if not project.is_file():  # a copy of only the seeds
        return
    listed = yaml.safe_load(project.read_text(encoding="utf-8"))["vars"]["sources"]
    asked = [row.cells["source_name"] for row in seed.rows if row.cells["chosen_because"]]
    if listed != asked:
        sentence = f"`sources` in dbt_project.yml is {listed}, and must be the same list: [{', '.join(asked)}]."
        yield seed.fault(0, "source_name", sentence)


def _text_paths(seed: SeedFile, sources: SeedFile) -> Iterator[Fault]:
    unstructured = {r.cells["source_name"] for r in sources.rows if r.cells["is_structured"] == "false"}
    for source in sorted(unstructured - {row.cells["source_name"] for row in seed.rows}):
        yield seed.fault(0, "source_name", f"there is no row for {shown(source)}, which is a source of texts.")
    for row in seed.rows:
        if problem := _problem(row.cells["structured_keys"]):
            yield seed.fault(row.line, "structured_keys", f"it is no regular expression: {problem}.")


def _licences(seed: SeedFile, sources: SeedFile) -> Iterator[Fault]:
    for row in seed.rows:
        if problem := _problem(row.cells["pattern"]):
            yield seed.fault(row.line, "pattern", f"it is no regular expression: {problem}.")
    for row in sources.rows:
        declared, republish = row.cells["licence_class"], row.cells["republish"]
        if declared and republish and (declared == "restricted") != (republish == "false"):
            yield sources.fault(
                row.line, "licence_class", f"{shown(declared)} contradicts republish, which is {republish}."
            )


def _targets(seed: SeedFile) -> Iterator[Fault]:
    """Filters in the language of the source that gets them."""
    for row in seed.rows:
        form, target = TARGET_FORMS.get(row.cells["source_name"]), row.cells["target"]
        if form and (wrong := form.fault(target)):
            yield seed.fault(row.line, "target", f"{shown(target)} {wrong}")


def _problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _general_rows(seeds: Seeds) -> Iterator[Fault]:
    """The default row `*` must exist: without it, the models would drop cells and claims of other fields."""
    calibration, trust = seeds["confidence_calibration"], seeds["source_trust"]
    if not any(row.cells["field_name"] == "*" for row in calibration.rows):
        yield calibration.fault(0, "field_name", "there is no row for *, which holds for all fields without their own.")
    general = {row.cells["source_name"] for row in trust.rows if row.cells["field_name"] == "*"}
    for source in sorted({row.cells["source_name"] for row in trust.rows} - general):
        yield trust.fault(0, "field_name", f"there is no row {source},*, which holds for all fields without their own.")


def _pairs(seed: SeedFile, sources: SeedFile) -> Iterator[Fault]:
    """Decisions about records: known sources, two different records, one decision per pair, no contradictions."""
    known = _sources_of_records(sources)
    decided: dict[frozenset[str], int] = {}
    for row in seed.rows:
        left, right = row.cells["left_record_key"], row.cells["right_record_key"]
        for column in ("left_record_key", "right_record_key"):
            yield from _source_faults(seed, row.line, column, row.cells[column], known)
        if left == right:
            yield seed.fault(row.line, "right_record_key", f"{shown(right)} is the same record; a decision needs two.")
        elif decided.setdefault(frozenset((left, right)), row.line) != row.line:
            line = decided[frozenset((left, right))]
            yield seed.fault(row.line, "", f"there is already a decision about the two records, in line {line}.")
    yield from contradictions(seed)


def _sources_of_records(sources: SeedFile) -> list[str]:
    """The names before the colon of a record's key: those of the seed, and those of the declared lists."""
    return [*(row.cells["source_name"] for row in sources.rows), *names_of_lists()]


def names_of_lists() -> list[str]:
    """The lists that are declared now."""
    return sorted(path.stem for path in Settings().sources_dir.glob("*.yml"))


def _source_faults(seed: SeedFile, line: int, column: str, key: str, known: list[str]) -> Iterator[Fault]:
    """A name that is like no other may be that of a list that is not declared now: `override_reviews` has the row."""
    source = key.partition(":")[0]
    if key and source not in known and (get_close_matches(source, known) or not NAME.fullmatch(source)):
        yield seed.fault(line, column, f"there is no source {shown(source)}; {nearest(source, known)}")


def contradictions(seed: SeedFile) -> Iterator[Fault]:
    """Records that must be one place, directly or through others, must not be two places."""
    group: dict[str, str] = {}

    def first_of(key: str) -> str:
        while (above := group.get(key, key)) != key:
            key = above
        return key

    for row in seed.rows:
        if row.cells["decision"] == "must_match":
            group[first_of(row.cells["left_record_key"])] = first_of(row.cells["right_record_key"])
    for row in seed.rows:
        left, right = row.cells["left_record_key"], row.cells["right_record_key"]
        if row.cells["decision"] == "cannot_match" and left != right and first_of(left) == first_of(right):
            sentence = f"{left} and {right} cannot match, and must by other rows; one of them has to go."
            yield seed.fault(row.line, "decision", sentence)


def _corrections(seeds: Seeds) -> Iterator[Fault]:
    seed = seeds["manual_overrides"]
    if not seed.rows:
        return
    from orchestrate.seeds.override_values import (  # it loads the phone library, which takes time
        UnreadableValueError,
        default_country,
        read_value,
    )

    lists, known = closed_lists(seeds), _sources_of_records(seeds["sources"])
    for row in seed.rows:
        yield from _source_faults(seed, row.line, "record_key", row.cells["record_key"], known)
        if not (row.cells["record_key"] or row.cells["entity_id"]):
            yield seed.fault(row.line, "record_key, entity_id", "both are blank; one of them says what is corrected.")
        try:
            read_value(row.cells["field_name"], row.cells["value"], lists, default_country(seeds))
        except UnreadableValueError as error:
            yield seed.fault(row.line, "value", str(error))
