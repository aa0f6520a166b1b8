"""Where a list is: a file, a folder, a glob, a table of a database file, or an https address."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.addresses import redacted
from ingest.errors import SourceError
from ingest.fetch.web.public import Web
from ingest.lists.readers import Limits, ListFile
from ingest.lists.readers.download import downloaded

FORMATS = {  # ending of a name -> format of the contract
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".psv"), "csv"),
    **dict.fromkeys((".parquet", ".geoparquet", ".pq"), "parquet"),
    ".geojson": "geojson",
    **dict.fromkeys((".ndjson", ".jsonl", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".jsonld"), "ndjson"),
    **dict.fromkeys((".xlsx", ".xlsm"), "xlsx"),
    **dict.fromkeys((".osm.pbf", ".pbf", ".osm"), "osm_pbf"),
    **dict.fromkeys((".duckdb", ".ddb"), "duckdb"),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db", ".gpkg"), "sqlite"),
}
NOT_READ = {
    ".xls": "an old Excel file; save it as .xlsx",
    ".ods": "an OpenDocument sheet; save it as .xlsx or CSV",
    ".pdf": "a PDF; ask for the table behind it as CSV or XLSX",
    ".zip": "a zip file; unpack it first",
    ".shp": "a Shapefile; convert it to GeoJSON first",
    ".kml": "a KML file; convert it to GeoJSON first",
    ".kmz": "a KMZ file; convert it to GeoJSON first",
    ".gpx": "a GPX file; convert it to GeoJSON first",
    ".html": "a web page; download the data itself",
}
GLOB = re.compile(r"[*?\[]")
DATABASES = ("duckdb", "sqlite")


def is_address(location: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*://", location, re.IGNORECASE) is not None


def format_of(name: str) -> str:
    """The format by the ending of a name. Raises SourceError for an ending that tells none."""
    plain = name.rpartition("#")[0] if _table(name) else name
    low = plain.lower().removesuffix(".gz")
    for ending in sorted([*FORMATS, *NOT_READ], key=len, reverse=True):
        if low.endswith(ending):
            if ending in NOT_READ:
                raise SourceError("malformed", f"The file is {NOT_READ[ending]}.")
            return FORMATS[ending]
    raise SourceError(
        "malformed",
        f"The name {Path(plain).name} does not tell the format; name it with an ending such as .csv, .xlsx, "
        ".parquet, .geojson, .ndjson, .osm.pbf, .duckdb or .sqlite.",
    )


def format_at(location: str, base: Path) -> str:
    """The format by the ending of the name, or by that of the files of a folder. Raises SourceError."""
    if is_address(location):
        return format_of(location.partition("?")[0])
    path = _path(base, location)
    if not path.is_dir():
        return format_of(location)
    names = sorted(file.name for file in path.iterdir() if _is_listed(file))
    if not names:
        raise _no_files(path)
    return format_of(names[0])


@contextmanager
def files_at(location: str, base: Path, limits: Limits, web: Web | None = None) -> Iterator[tuple[ListFile, ...]]:
    """The files of the location, in the order of their names. A downloaded one is gone when the list is closed."""
    if is_address(location):
        with downloaded(location, limits, web or Web()) as path:
            yield (ListFile(redacted(location.partition("?")[0]), path),)
    else:
        yield tuple(_local_files(location, base, limits))


def _local_files(location: str, base: Path, limits: Limits) -> Iterator[ListFile]:
    path = _path(base, location)
    if path.is_dir():
        yield from _folder(path, path.glob("*"), limits)
    elif path.exists():
        yield ListFile(path.name, path)
    elif table := _table(location):
        file = _path(base, location.rpartition("#")[0])
        if not file.is_file():
            raise _missing(file)
        yield ListFile(file.name, file, table)
    elif GLOB.search(location):
        root, pattern = _split_glob(path)
        yield from _folder(root, root.glob(pattern), limits)
    else:
        raise _missing(path)


def _path(base: Path, location: str) -> Path:
    """The path without `..`, which leads nowhere while the directory of the declarations does not exist."""
    return Path(os.path.normpath(base.absolute() / Path(location).expanduser()))


def _table(location: str) -> str | None:
    """The table that a location names after `#`, if the file before it is a database."""
    name, mark, table = location.rpartition("#")
    endings = [ending for ending, kind in FORMATS.items() if kind in DATABASES]
    return table if mark and table and name.lower().endswith(tuple(endings)) else None


def _split_glob(path: Path) -> tuple[Path, str]:
    """The folder above the first part with a wildcard, and the pattern below it."""
    parts = path.parts
    first = next(number for number, part in enumerate(parts) if GLOB.search(part))
    return Path(*parts[:first]), str(Path(*parts[first:]))


def _folder(root: Path, found: Iterator[Path], limits: Limits) -> Iterator[ListFile]:
    """The files of a folder that have one format. Each must be inside the folder, links followed."""
    paths = sorted(path for path in found if _is_listed(path))
    if not paths:
        raise _no_files(root)
    if len(paths) > limits.files:
        raise SourceError("malformed", f"There are more than {limits.files:,} files at {root}; name fewer.")
    for path in paths:
        if not path.resolve().is_relative_to(root.resolve()):
            raise SourceError(
                "malformed", f"{path.name} is a link that leads out of {root}; copy the file into the folder."
            )
    formats = {format_of(path.name) for path in paths}
    if len(formats) > 1:
        raise SourceError(
            "malformed", f"The files at {root} have several formats ({', '.join(sorted(formats))}); name those of one."
        )
    yield from (ListFile(str(path.relative_to(root)), path) for path in paths)


def _is_listed(path: Path) -> bool:
    return not path.name.startswith((".", "~$")) and not path.is_dir()


def _no_files(root: Path) -> SourceError:
    return SourceError("no_file", f"There are no files at {root}; check the path or the pattern.")


def _missing(path: Path) -> SourceError:
    return SourceError("no_file", f"There is no file {path}; check the path.")
