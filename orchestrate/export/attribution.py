"""The file beside an export that says whose data it is, under which licences, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestrate.contracts.export import ExportedFile, ExportReport, LeftOutCells, LeftOutElement, UsedSource
from orchestrate.export.formats.values import fit, moment_text

REASONS = {
    "restricted": "may not be passed on",
    "share_alike": "share-alike, and --share-alike exclude was given",
    "share_alike_twice": "made from data of two share-alike licences",
    "expired": "past the time that its source's terms allow",
    "half_a_point": "one number of a point without the other",
    "not_for_osm": "under a licence that does not fit into OpenStreetMap",
}
OWN_USE = "FOR YOUR OWN USE ONLY. These files hold cells that their sources do not let you pass on."


def attribution_text(report: ExportReport) -> str:
    return fit("\n".join(_lines(report)) + "\n")


def _lines(report: ExportReport) -> Iterator[str]:
    if report.licence == "all":
        yield from (OWN_USE, "")
    yield f"Exported by Trigpoint on {moment_text(report.exported_at)} from {_publication(report)}."
    if report.query:
        yield f"The entities answer the query: {report.query}"
    if report.delete_by:
        yield f"The terms of a source ask you to delete these files by {moment_text(report.delete_by)}."
    yield from ("", "Files", *(f"- {_file(file)}" for file in report.files if file.holds != "attribution"))
    yield from ("", "Sources", *_sources(report.sources))
    yield from ("", "Left out", *_left_out(report.left_out))
    if report.elements_left_out:
        yield from ("", "Without a change", *map(_element, report.elements_left_out))


def _publication(report: ExportReport) -> str:
    if report.publication_no is None or report.published_at is None:
        return "a file without a publication number"
    return f"publication {report.publication_no} of {moment_text(report.published_at)}"


def _file(file: ExportedFile) -> str:
    duty = f"; it, and what is made of it, goes under {file.share_alike}" if file.share_alike else ""
    return f"{Path(file.path).name}: {file.rows} rows of {file.holds}{duty}"


def _sources(sources: Iterable[UsedSource]) -> Iterator[str]:
    for source in sources:
        yield f"- {source.source_name}: {_cells(source.cells)}"
        yield f"  licence: {source.licence or 'none stated'} ({source.licence_class})"
        if source.attribution:
            yield f"  attribution: {source.attribution}"


def _left_out(left_out: Iterable[LeftOutCells]) -> Iterator[str]:
    nothing = True
    for cells in left_out:
        nothing = False
        other = f"; --next-best fills {cells.next_best}" if cells.next_best else ""
        yield f"- {cells.source_name}, {cells.field_name}: {_cells(cells.cells)}, {REASONS[cells.reason]}{other}"
    if nothing:
        yield "- nothing"


def _element(left: LeftOutElement) -> str:
    return (
        f"- {left.entity_id}, {left.element}: {left.reason}" if left.element else f"- {left.entity_id}: {left.reason}"
    )


def _cells(cells: int) -> str:
    return f"{cells} cell{'' if cells == 1 else 's'}"
