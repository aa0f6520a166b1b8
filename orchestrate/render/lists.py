"""The report of `trigpoint add`, and the declared lists in other reports, as text for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from orchestrate.contracts.lists import AddReport, ListNow, ListReport, MappedRow
from orchestrate.terminal import escaped
from orchestrate.wording import counted

WIDTH = 80
LINES = (  # the fields of a record on the lines of a mapped row
    ("entity_name", "alternate_names", "raw_categories", "operating_status"),
    ("address", "unit", "house_name", "street_address", "house_number", "street", "locality", "city", "region",
     "postcode", "country"),
    ("latitude", "longitude"),
    ("phone", "email", "website_url", "facebook_url", "instagram_url", "twitter_url", "linkedin_url"),
    ("opening_hours",),
)  # fmt: skip
ELSEWHERE = {"easting", "northing", "geometry"}
LONGEST = 60  # characters of a value
MOST_LEFT = 60  # columns that are listed


def render_added(report: AddReport, console: Console) -> None:
    """Print the mapping, ten mapped rows, what is unsure, and the columns that are not mapped."""
    width = min(WIDTH, console.width)
    console.print(f"[bold]{escaped(report.source)}[/bold]  {escaped(report.location)}", width=width, highlight=False)
    console.print(_size(report), width=width, highlight=False)
    _render_mapping(report, console, width)
    console.print()
    console.print(f"[bold]The first {counted(len(report.mapped_rows), 'row', 'rows')} as a record[/bold]")
    for row in report.mapped_rows:
        _render_row(row, console, width)
    _render_doubts(report, console, width)
    if report.written:
        console.print(f"\nWritten: {escaped(report.path)}", highlight=False, soft_wrap=True)


def _size(report: AddReport) -> str:
    files = f"{len(report.files)} files, " if len(report.files) > 1 else ""
    rows = f"{report.format}, {files}{counted(report.rows, 'row', 'rows')}"
    if report.faulty_rows:
        rows += f"; {counted(report.faulty_rows, 'row', 'rows')} cannot be read and will be rejected"
        rows += f" ({escaped(report.faults[0])})" if report.faults else ""
    return rows


def _render_mapping(report: AddReport, console: Console, width: int) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", width=width)
    table.add_column("column", overflow="fold", ratio=5)
    table.add_column("field", overflow="fold", ratio=3)
    table.add_column("sure", justify="right", no_wrap=True)
    for column in report.columns:
        if column.field:
            sure = f"{column.confidence:.2f}" if column.status == "mapped" else f"{column.confidence:.2f} ?"
            table.add_row(escaped(column.column), column.field, sure)
    console.print()
    console.print(table)


def _render_row(row: MappedRow, console: Console, width: int) -> None:
    for number, line in enumerate(_lines(row)):
        start = f"{row.row:>6}  " if number == 0 else " " * 8
        style = "bold" if number == 0 else None
        text = Padding(escaped(line), (0, 0, 0, 8))
        if number == 0:
            grid = Table.grid()
            grid.add_column(width=8)
            grid.add_column(ratio=1, overflow="fold", style=style)
            grid.add_row(start, escaped(line))
            grid.width = width
            console.print(grid)
        else:
            console.print(text, width=width, highlight=False)


def _lines(row: MappedRow) -> Iterator[str]:
    shown: set[str] = set(ELSEWHERE)
    for names in LINES:
        texts = [_short("; ".join(row.fields[name])) for name in names if name in row.fields]
        shown |= set(names)
        if texts:
            yield ", ".join(texts) if "postcode" in names or "latitude" in names else " | ".join(texts)
    rest = [f"{name}: {_short('; '.join(texts))}" for name, texts in row.fields.items() if name not in shown]
    if rest:
        yield " | ".join(rest)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _render_doubts(report: AddReport, console: Console, width: int) -> None:
    unsure = [column for column in report.columns if column.status == "unsure"]
    if unsure or report.notes:
        console.print("\n[bold]Not sure[/bold]")
        for column in unsure:
            what = f"is {column.field}" if column.field else "is not mapped"
            line = f"- {escaped(column.column)} {what}: {escaped(column.reason)}"
            console.print(line, width=width, highlight=False)
        for note in report.notes:
            console.print(f"- {escaped(note)}", width=width, highlight=False)
    left = [column.column for column in report.columns if column.status == "left"]
    if left:
        more = f" and {len(left) - MOST_LEFT} more" if len(left) > MOST_LEFT else ""
        console.print("\n[bold]Not mapped, kept in the payload[/bold]")
        console.print(f"{escaped(', '.join(left[:MOST_LEFT]))}{more}", width=width, highlight=False)


def render_lists(lists: Sequence[ListReport], console: Console) -> None:
    """Print a line for each list: how many records count, since when, and what changed."""
    for one in lists:
        console.print(f"{one.source}: {escaped(list_sentence(one))}", highlight=False, soft_wrap=True)


def render_lists_now(lists: Sequence[ListNow], console: Console) -> None:
    """Print a line for each list that the run would take in."""
    for one in lists:
        console.print(f"{one.source}: {escaped(_list_now(one))}", highlight=False, soft_wrap=True)


def list_sentence(one: ListReport) -> str:
    """What a list holds and what happened to it, in one line."""
    held = counted(one.records, "record", "records")
    since = f"{one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
    if one.state == "unchanged":
        return f"{held}, unchanged since {since}."
    if one.state == "failed":
        return f"not read: {one.sentence}" + (f" Its {held} of {since} stay." if since else "")
    counts = (("rejected", one.rejected), ("repeated", one.repeated))
    sentences = [", ".join([f"{held} landed", *(f"{count} {word}" for word, count in counts if count)]) + "."]
    if one.lost:
        more = f" and {one.lost - len(one.lost_names)} more" if one.lost > len(one.lost_names) else ""
        sentences.append(f"Not in the list any more: {', '.join(one.lost_names)}{more}.")
    if one.new_columns:
        sentences.append(f"New columns, which no field reads: {', '.join(one.new_columns)}.")
    if one.gone_columns:
        sentences.append(f"Columns that are gone: {', '.join(one.gone_columns)}.")
    return " ".join(sentences)


def _list_now(one: ListNow) -> str:
    held = counted(one.records, "record", "records")
    since = f"{one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
    if one.state == "failed":
        return f"cannot be read: {one.sentence}"
    if one.state == "unchanged":
        return f"{held}, unchanged since {since}."
    return f"will be read; until then its {held} of {since} count." if since else "will be read."
