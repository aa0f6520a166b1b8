"""What an export wrote, and what it left out, as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from rich.console import Console

from orchestrate.contracts.export import ExportReport
from orchestrate.export.attribution import OWN_USE, REASONS
from orchestrate.terminal import path_from_here, printable
from orchestrate.wording import counted, entities

SHOWN_FIELDS = 6
NAMES = {
    "records": ("entity", "entities"),
    "claims": ("claim", "claims"),
    "changes": ("change", "changes"),
    "table": ("row", "rows"),
}


def render_export(report: ExportReport, console: Console) -> None:
    """Print each file with what is in it."""
    for file in report.files:
        rows = "" if file.holds == "attribution" else f", {counted(file.rows, *NAMES[file.holds])}"
        duty = f", under {printable(file.share_alike)}" if file.share_alike else ""
        console.print(
            f"Written: {path_from_here(file.path)}{rows}{duty}", markup=False, highlight=False, soft_wrap=True
        )
    if report.format != "parquet":
        sentence = f"{entities(report.entities)}, {counted(report.cells, 'cell', 'cells')}"
        console.print(sentence, markup=False, highlight=False)


def export_notes(report: ExportReport) -> Iterator[str]:
    """Sentences about what was left out or changed, each with the sources and fields."""
    if report.format == "parquet":
        yield "For your own use: the tables hold every cell, like the published file. A purge deletes them."
        return
    if report.licence == "all":
        yield OWN_USE
    yield from _left_out(report)
    if report.entities_left_out:
        yield f"{entities(report.entities_left_out)} left out: no cell of theirs may be passed on."
    if fillable := sum(cells.next_best for cells in report.left_out):
        yield f"--next-best fills {counted(fillable, 'cell', 'cells')} of these from other sources."
    if report.cells_from_next_best:
        yield (
            f"{counted(report.cells_from_next_best, 'cell is', 'cells are')} the next best: "
            "the winning value may not be passed on."
        )
    for reason, number in Counter(element.reason for element in report.elements_left_out).most_common():
        yield f"{entities(number)} without a change: {reason}."
    if report.neutralised:
        yield f"{counted(report.neutralised, 'cell', 'cells')} would have started a formula and got an apostrophe."
    if report.shortened:
        yield f"{counted(report.shortened, 'cell was', 'cells were')} too long for a spreadsheet and cut."
    if licences := {file.share_alike for file in report.files if file.share_alike and report.share_alike == "include"}:
        yield f"Who passes the files on does so under {', '.join(sorted(licences))}. To keep such cells apart: " + (
            "--share-alike separate"
        )


def _left_out(report: ExportReport) -> Iterator[str]:
    """One sentence for each reason and source."""
    fields: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for cells in report.left_out:
        fields[cells.reason, cells.source_name][cells.field_name] += cells.cells
    for (reason, source), counts in sorted(fields.items(), key=lambda item: -item[1].total()):
        named = [f"{name} {number}" for name, number in counts.most_common(SHOWN_FIELDS)]
        more = [f"{len(counts) - SHOWN_FIELDS} more fields"] if len(counts) > SHOWN_FIELDS else []
        total = counted(counts.total(), "cell", "cells")
        yield f"Left out of {source}: {total}, {REASONS[reason]} ({', '.join(named + more)})."
