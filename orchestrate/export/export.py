"""Writes an export: chooses the entities, judges their cells, writes the files, and says what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from orchestrate.contracts.export import ExportedFile, ExportReport, LeftOutElement
from orchestrate.errors import NothingToExportError, UsageError
from orchestrate.export.attribution import attribution_text
from orchestrate.export.cells import Policy, judge, prepare
from orchestrate.export.columns import COLUMNS, POINT, Column, chosen_columns
from orchestrate.export.counts import Counts, attributions
from orchestrate.export.formats import Changes, Output, Writer
from orchestrate.export.formats.csv_file import CsvWriter
from orchestrate.export.formats.json_files import GeojsonWriter, NdjsonWriter
from orchestrate.export.formats.osc_file import OscWriter
from orchestrate.export.formats.osm_tags import tags_by_kind
from orchestrate.export.request import ExportRequest
from orchestrate.export.rows import WHOLE, Part, claim_rows, golden_rows, parts_of_stretch, stretches
from orchestrate.export.selection import Selection, opened, publication, select_entities
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.output_file import Drafts, check_is_replaceable, drafts

NESTED = ("geojson", "ndjson", "xlsx")  # forms that hold the claims in the file of the records
GEOGRAPHIC = ("geojson", "geoparquet", "osc")


@dataclass
class _Files:
    """The files of one part while they are written."""

    part: Part
    writer: Writer
    paths: list[tuple[Path, str]]  # with what each holds
    rows: dict[str, int] = field(default_factory=lambda: {"records": 0, "claims": 0})


class Export:
    """One export while it runs."""

    def __init__(
        self,
        request: ExportRequest,
        connection: duckdb.DuckDBPyConnection,
        columns: tuple[Column, ...],
        protected: tuple[Path, ...],
        now: datetime,
    ) -> None:
        self.request = request
        self.connection = connection
        self.columns = columns
        self.protected = protected
        self.fields = tuple(sorted({column.field for column in columns if column.field}))
        self.counts = Counts()
        self.changes = Changes()
        self.files: dict[str | None, _Files] = {}
        self.policy = Policy(
            fields=self.fields,
            now=now,
            share_alike=request.share_alike,
            is_all=request.licence == "all",
            is_osm=request.format == "osc",
            is_next_best=request.is_next_best,
        )

    def write(self, held: Drafts) -> None:
        """Write every stretch of the chosen entities to the drafts."""
        prepare(self.connection)
        if self.request.share_alike != "separate":
            self._files_of(WHOLE, held)
        for _ in stretches(self.connection):
            judge(self.connection, self.policy, self.counts)
            self._check_licences()
            for part in self._parts():
                self._write_part(self._files_of(part, held))
        for files in self.files.values():
            files.writer.close()

    def _parts(self) -> list[Part]:
        return parts_of_stretch(self.connection) if self.request.share_alike == "separate" else [WHOLE]

    def _check_licences(self) -> None:
        """One file cannot be under two share-alike licences."""
        licences = self.counts.share_alike_licences
        if len(licences) > 1 and self.request.share_alike == "include" and self.request.licence == "open":
            raise UsageError(
                f"The cells come under {len(licences)} share-alike licences ({', '.join(licences)}), and one file "
                "cannot be under all of them. Use --share-alike separate or --share-alike exclude."
            )

    def _write_part(self, files: _Files) -> None:
        rows = golden_rows(self.connection, self.columns, self.fields, files.part)
        claims = claim_rows(self.connection, self.fields, files.part) if self.request.has_claims else None
        files.writer.write(rows, claims)
        files.rows["records"] += rows.num_rows
        files.rows["claims"] += claims.num_rows if claims is not None else 0

    def _files_of(self, part: Part, held: Drafts) -> _Files:
        """The files of a part. They are made when its first cell comes."""
        if part.licence not in self.files:
            self.files[part.licence] = self._new_files(part, held)
        return self.files[part.licence]

    def _new_files(self, part: Part, held: Drafts) -> _Files:
        words = [part.licence] if part.licence else []
        records = self.request.path_of(*words)
        paths, claims = [(records, "records")], None
        if self.request.has_claims:
            is_nested = self.request.format in NESTED
            claims = records if is_nested else self.request.path_of(*words, "claims")
            paths += [] if is_nested else [(claims, "claims")]
        for path in (*(path for path, _ in paths), self.request.attribution_path):
            check_is_replaceable(path, self.protected)
        output = Output(
            records=held.path_for(records),
            columns=self.columns,
            claims=held.path_for(claims) if claims else None,
            has_bom=self.request.has_bom,
            changes=self.changes,
        )
        return _Files(part, self._writer(output), paths)

    def _writer(self, output: Output) -> Writer:
        """The writer of the format. Its libraries are imported only if they are needed."""
        match self.request.format:
            case "xlsx":
                from orchestrate.export.formats.xlsx_file import XlsxWriter

                return XlsxWriter(output)
            case "geoparquet":
                from orchestrate.export.formats.geoparquet_file import GeoparquetWriter

                return GeoparquetWriter(output)
            case "geojson":
                return GeojsonWriter(output)
            case "ndjson":
                return NdjsonWriter(output)
            case "osc":
                by_kind = tags_by_kind(read_seed(SEEDS_DIR / "category_map.csv"))
                return OscWriter(output.records, output.columns, by_kind, self.connection)
            case _:
                return CsvWriter(output)

    def report(self, selection: Selection, held: Drafts) -> ExportReport:
        counts, request = self.counts, self.request
        return ExportReport(
            format=request.format,
            query=selection.query,
            run_id=selection.run_id,
            licence=request.licence,
            share_alike=request.share_alike,
            next_best=request.is_next_best,
            **publication(self.connection),
            exported_at=self.policy.now,
            files=tuple(self._files_written(held)),
            entities=counts.entities,
            entities_left_out=selection.entities - counts.entities,
            cells=counts.cells,
            cells_from_next_best=counts.next_best,
            sources=counts.used_sources(attributions(self.connection)),
            left_out=counts.left_out_cells(),
            elements_left_out=tuple(self._elements_left_out()),
            neutralised=self.changes.neutralised,
            shortened=self.changes.shortened,
            delete_by=counts.delete_by,
        )

    def _files_written(self, held: Drafts) -> Iterator[ExportedFile]:
        for files in self.files.values():
            for path, holds in files.paths:
                is_osc = isinstance(files.writer, OscWriter)
                yield ExportedFile(
                    path=str(path),
                    holds="changes" if is_osc else holds,
                    share_alike=self._share_alike_of(files.part),
                    rows=files.writer.changes if isinstance(files.writer, OscWriter) else files.rows[holds],
                    bytes=held.path_for(path).stat().st_size,
                )
        yield ExportedFile(path=str(self.request.attribution_path), holds="attribution", rows=0, bytes=0)

    def _share_alike_of(self, part: Part) -> str | None:
        """The licence that a file is passed on under, if one of its cells is share-alike. One for own use has none."""
        if not part.is_whole:
            return part.licence
        if self.request.licence == "all":
            return None
        return next(iter(self.counts.share_alike_licences), None)

    def _elements_left_out(self) -> Iterator[LeftOutElement]:
        for files in self.files.values():
            if isinstance(files.writer, OscWriter):
                yield from files.writer.left_out


def export(published: Path, request: ExportRequest, protected: tuple[Path, ...], now: datetime) -> ExportReport:
    """Write the files of a request, all of them or none. `protected` are files that no export replaces.

    Raises UsageError for what cannot be exported or written, and DiskFullError for a full disk.
    """
    check_is_replaceable(request.target, protected)
    with opened(published) as connection, drafts(request.target.resolve().parent) as held:
        selection = select_entities(connection, request.asked)
        running = Export(request, connection, _columns(selection, request.format), protected, now)
        running.write(held)
        if not running.counts.entities:
            raise NothingToExportError(_nothing_left(request))
        report = running.report(selection, held)
        held.path_for(request.attribution_path).write_text(attribution_text(report), encoding="utf-8")
    return report


def _columns(selection: Selection, form: str) -> tuple[Column, ...]:
    columns = chosen_columns(selection.columns)
    names = {column.name for column in columns}
    if form == "osc" and columns != COLUMNS:
        raise UsageError("An osmChange file needs every column. Let the SQL statement select entity_id alone.")
    if form in GEOGRAPHIC and not names.issuperset(POINT):
        raise UsageError(f"--format {form} needs the columns latitude and longitude. Select them too.")
    return columns


def _nothing_left(request: ExportRequest) -> str:
    if request.format == "osc":
        return "No cell of these entities may go into OpenStreetMap, so nothing was written."
    return "No cell of these entities may be passed on, so nothing was written. For your own use: --licence all"
