"""`trigpoint add FILE`: looks at a list, proposes its mapping, and writes `sources/<name>.yml`."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from ingest.checks.wrong_values import what_is_wrong
from ingest.errors import SourceError
from ingest.fetch.web.public import Web
from ingest.lists.declaration.contract import BUILT_IN, NAME, ListContract
from ingest.lists.declaration.contract_files import as_written, write_contract
from ingest.lists.expressions import closed_connection
from ingest.lists.mapping import Mapping, map_rows
from ingest.lists.proposal import Proposal
from ingest.lists.proposal.coordinates import to_degrees
from ingest.lists.proposal.countries import read_countries
from ingest.lists.proposal.header_words import read_header_words
from ingest.lists.proposal.proposing import propose
from ingest.lists.proposal.sampling import Sample, take_sample
from ingest.lists.readers import Limits, OpenList
from ingest.lists.readers.locations import format_at, is_address
from ingest.lists.readers.opening import open_list
from orchestrate.contracts.lists import AddReport, ListColumn, MappedRow
from orchestrate.errors import UsageError
from orchestrate.terminal import printable

SHOWN_ROWS = 10
FORMATS = ("csv", "parquet", "geojson", "ndjson", "xlsx", "osm_pbf", "duckdb", "sqlite")
NO_LICENCE = {"name": "not stated", "republish": False}
OPENSTREETMAP = {
    "name": "ODbL 1.0",
    "republish": True,
    "share_alike": True,
    "attribution": "© OpenStreetMap contributors",
}


@dataclass(frozen=True)
class Looked:
    """A list that was looked at: its declaration, not written yet, and the report."""

    contract: ListContract
    path: Path
    report: AddReport


@dataclass(frozen=True)
class Wanted:
    """What the user says about the list."""

    location: str  # as on the command line
    name: str | None = None
    form: str | None = None
    is_replacing: bool = False


def look_at(
    wanted: Wanted, sources_dir: Path, seeds_dir: Path, limits: Limits | None = None, web: Web | None = None
) -> Looked:
    """Read the list once and propose its declaration. Raises UsageError, and writes nothing."""
    source = wanted.name or name_from(wanted.location)
    path = sources_dir.absolute() / f"{source}.yml"
    _check_name(source, path, wanted)
    location = location_from(wanted.location, path.parent)
    try:
        form = wanted.form or format_at(location, path.parent)
        with open_list(location, path.parent, form, limits=limits or Limits(), web=web) as opened:
            sample = take_sample(opened)
            _need_rows(sample)
            proposed = propose(
                sample,
                read_header_words(seeds_dir / "header_words.csv"),
                read_countries(seeds_dir / "countries.csv"),
            )
            contract = _contract(source, location, form, opened, proposed, wanted)
            return Looked(contract, path, _report(contract, path, opened, sample, proposed))
    except SourceError as error:
        raise UsageError(f"{error.sentence} Nothing was written.") from None


def write(looked: Looked) -> AddReport:
    """Write the declaration in one step, so that no reader sees half of it."""
    looked.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = looked.path.with_name(f".{looked.path.name}.unfinished")
    try:
        write_contract(looked.contract, unfinished, _comments(looked.report))
        unfinished.replace(looked.path)
    finally:
        unfinished.unlink(missing_ok=True)
    return looked.report.model_copy(update={"written": True})


def name_from(location: str) -> str:
    """A name for the source, from the name of the file or of the table."""
    place, mark, table = location.partition("?")[0].rpartition("#")
    stem = table if mark and place else Path(place or table).name
    stem = re.sub(r"(\.osm)?\.[a-z0-9]{1,10}(\.gz)?$", "", stem, flags=re.IGNORECASE)
    plain = unicodedata.normalize("NFKD", stem.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50].strip("_")


def location_from(location: str, sources_dir: Path) -> str:
    """The location as the declaration says it: from the directory of the declaration."""
    if is_address(location):
        return location
    path = Path(location).expanduser()
    return Path(os.path.relpath(path.absolute(), sources_dir)).as_posix()


def _check_name(source: str, path: Path, wanted: Wanted) -> None:
    if not NAME.fullmatch(source):
        said = f'"{source}" cannot be the name of a list' if source else "The file has no name that can be used"
        raise UsageError(f"{said}: give one with --name, of small letters, digits and _, such as --name clubs.")
    if source in BUILT_IN:
        raise UsageError(f"{source} is a source that Trigpoint has already. Give another name with --name.")
    if path.exists() and not wanted.is_replacing:
        raise UsageError(f"{path} already exists. Give another name with --name, or write it anew with --replace.")
    if wanted.form and wanted.form not in FORMATS:
        raise UsageError(f"Unknown format {wanted.form}. Give one of these: {', '.join(FORMATS)}.")


def _need_rows(sample: Sample) -> None:
    if sample.rows:
        return
    if sample.faults:
        first = sample.faults[0]
        raise SourceError(
            "malformed", f"No row of the list can be read (row {first.number}: {first.reason}); export it again."
        )
    raise SourceError("malformed", "The list has a header and no rows; there is nothing to add.")


def _contract(
    source: str, location: str, form: str, opened: OpenList, proposed: Proposal, wanted: Wanted
) -> ListContract:
    found = opened.options
    options = {
        "encoding": found.encoding if form == "csv" else None,
        "delimiter": found.delimiter,
        "quote": found.quote if found.quote != '"' else None,
        "header_row": found.header_row,
        "sheet": found.sheet,
        **proposed.options,
    }
    try:
        return ListContract.model_validate(
            {
                "source": source,
                "title": Path(wanted.location.partition("?")[0]).name,
                "location": location,
                "format": form,
                "options": {key: value for key, value in options.items() if value is not None},
                "id": proposed.id,
                "columns": proposed.columns,
                "licence": OPENSTREETMAP if _is_from_openstreetmap(form, opened) else NO_LICENCE,
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SourceError(
            "malformed",
            f"The list cannot be declared: `{'.'.join(map(str, first['loc']))}` {what_is_wrong(first)}.",
        ) from None


def _is_from_openstreetmap(form: str, opened: OpenList) -> bool:
    is_tagged = "@id" in opened.columns and any(name.startswith("addr:") for name in opened.columns)
    return form == "osm_pbf" or is_tagged


def _report(contract: ListContract, path: Path, opened: OpenList, sample: Sample, proposed: Proposal) -> AddReport:
    notes = list(proposed.notes)
    encoding = opened.options.encoding or "utf-8"
    if not encoding.startswith("utf"):
        notes.append(f"The file is not UTF-8. It is read as {encoding}: check the special letters in the rows above.")
    if contract.licence.name == NO_LICENCE["name"]:
        notes.append("No licence is known, so no value may be passed on until you write it under licence.")
    return AddReport(
        source=contract.source,
        path=str(path),
        written=False,
        location=contract.location,
        format=contract.format,
        files=tuple(file.name for file in opened.files),
        rows=sample.total,
        faulty_rows=sample.fault_count,
        faults=tuple(f"row {fault.number}: {fault.reason}" for fault in sample.faults),
        id=contract.id,
        columns=tuple(ListColumn.model_validate(report) for report in proposed.reports),
        notes=tuple(notes),
        mapped_rows=tuple(_mapped(contract, sample)),
        declaration=as_written(contract),
    )


def _mapped(contract: ListContract, sample: Sample) -> list[MappedRow]:
    """The first rows through the mapping that landing uses."""
    rows = sample.rows[:SHOWN_ROWS]
    payloads = [json.dumps(_payload(row, sample.json_columns), ensure_ascii=False) for row in rows]
    numbers = [str(number) for number in sample.numbers[:SHOWN_ROWS]]
    table = pa.table({"source_record_id": numbers, "payload_hash": numbers, "payload": payloads})
    with closed_connection() as closed:
        mapped = map_rows(closed, Mapping(contract), table).to_pylist()
    by_row = {row["source_record_id"]: row for row in mapped}
    return [MappedRow(row=int(number), fields=_fields(contract, by_row[number])) for number in numbers]


def _payload(row: dict[str, str | None], json_columns: frozenset[str]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in json_columns else value for name, value in row.items() if value is not None
    }


def _fields(contract: ListContract, mapped: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    fields = {name: tuple(text for text in mapped[name] if text) for name in contract.columns if mapped.get(name)}
    if "latitude" not in fields and (point := _point(contract, fields)):
        fields |= {"latitude": (str(point[0]),), "longitude": (str(point[1]),)}
    return {name: texts for name, texts in fields.items() if texts}


def _point(contract: ListContract, fields: dict[str, tuple[str, ...]]) -> tuple[float, float] | None:
    """Latitude and longitude of coordinates in metres or of a GeoJSON point, for people."""
    crs = contract.reading.crs
    if crs and "easting" in fields and "northing" in fields:
        return to_degrees(crs, fields["easting"][0], fields["northing"][0])
    shape = json.loads(fields["geometry"][0]) if "geometry" in fields else {}
    if shape.get("type") != "Point" or "crs" in shape:
        return None
    x, y = shape["coordinates"][:2]
    return to_degrees(crs, str(x), str(y)) if crs else (y, x)


def _comments(report: AddReport) -> Sequence[str]:
    """What the declaration says about itself: what was unsure, and what is not mapped."""
    unsure = [
        f"unsure: {column.column}{f' is {column.field}' if column.field else ''}: {column.reason}"
        for column in report.columns
        if column.status == "unsure"
    ]
    left = [column.column for column in report.columns if column.status == "left"]
    listed = [f"not mapped, kept in the payload: {', '.join(left)}"] if left else []
    return [printable(" ".join(line.split())) for line in (*report.notes, *unsure, *listed)]
