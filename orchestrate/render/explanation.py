"""`trigpoint explain` as text: one line for each field of an entity, or one block for each claim of a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest.lists.fields import fields_behind
from orchestrate.contracts.explain import Cell, Claim, EvidenceRecord, Explanation
from orchestrate.render.evidence import (
    LONGEST_URL,
    licence_terms,
    quote_in_text,
    ranking_factors,
    shortened,
    value_in_payload,
    why_lost,
)
from orchestrate.terminal import ACCEPTED, LOST, printable

ONE_LINE = 100  # columns for a line for each cell; with fewer, a long value goes on in the next line
BELOW = 4  # spaces before a value that goes on in lines of its own
MOST_LINES = 3  # of a value in its column
CONTESTED = "contested"


def render_explanation(explanation: Explanation, console: Console) -> None:
    """Print the cells of an entity or, for one field, each claim with its ranking factors and evidence."""
    entity = explanation.entity
    heading = Text.assemble((printable(entity.entity_name), "bold"), f"  {entity.entity_id}  {entity.slug}")
    console.print(heading, soft_wrap=True)
    if explanation.redirected_from:
        console.print(Text(f"(was {explanation.redirected_from})"))
    console.print()
    if explanation.field_name is None:
        _render_entity(explanation, console)
        return
    for cell in explanation.cells:
        _render_cell(cell, explanation, console)


def _render_entity(explanation: Explanation, console: Console) -> None:
    cells = explanation.cells
    rows = [_line(cell) for cell in cells]
    widths = _widths(rows, console.width)
    table = _cells_table(widths, console.width)
    for row in rows:
        value = row[1]
        longest_word = max(map(cell_len, value.split()), default=0)
        is_narrow = longest_word > widths[1] or cell_len(value) > MOST_LINES * widths[1]
        is_below = console.width < ONE_LINE and is_narrow
        table.add_row(*(Text("" if is_below and column == 1 else text) for column, text in enumerate(row)))
        if is_below:  # an id is not broken: the value has the whole width of the next lines
            console.print(table)
            console.print(Padding(Text(value), (0, 0, 0, BELOW)))
            table = _cells_table(widths, console.width, header=False)
    if table.row_count:
        console.print(table)
    shown = next((cell for cell in cells if cell.contested_by), cells[0])
    hint = f"\nTo see the claims about one field: trigpoint explain {explanation.entity.slug} {shown.field_name}"
    console.print(Text(hint), soft_wrap=True)


def _cells_table(widths: tuple[int, int, int], width: int, header: bool = True) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    is_wide = width >= ONE_LINE
    for name, wide in zip(("field", "value", "source"), widths, strict=True):
        table.add_column(name, width=wide, no_wrap=is_wide, overflow="ellipsis" if is_wide else "fold")
    for name in ("sure", "others"):
        table.add_column(name, width=len(name), no_wrap=True, justify="right")
    table.add_column("", width=len(CONTESTED), no_wrap=True, style=LOST)
    return table


def _line(cell: Cell) -> tuple[str, ...]:
    """Field, value, sources, confidence, the number of other claims, and whether the cell is contested."""
    winners = [claim for claim in cell.claims if claim.is_winner]
    return (
        cell.field_name,
        ", ".join(map(_value, winners)),
        ", ".join(dict.fromkeys(claim.source_name for claim in winners)),
        _confidence(cell),
        str(len(cell.claims) - len(winners)),
        CONTESTED if cell.contested_by else "",
    )


def _widths(rows: list[tuple[str, ...]], width: int) -> tuple[int, int, int]:
    """The widths of field, value and source. Value and source share the width beside the field, two to one.

    No name of a source is broken.
    """
    field, value, source = (max(map(cell_len, column)) for column in list(zip(*rows, strict=True))[:3])
    left = max(width - field - len("sureothers" + CONTESTED) - 5 * 2, 24)
    longest_name = max(cell_len(name) for row in rows for name in ("source", *row[2].split()))
    source = max(min(source, left // 3), longest_name)
    return field, max(min(value, left - source), len("value")), source


def _confidence(cell: Cell) -> str:
    return "" if cell.confidence is None else f"{cell.confidence:.2f}"


def _value(claim: Claim) -> str:
    """The value and, in a list field, the item that it belongs to."""
    item, value = printable(claim.item), shortened(printable(claim.value))
    if not item or item == value:
        return value
    return item if item.endswith(f"={value}") else f"{item}: {value}"


def _render_cell(cell: Cell, explanation: Explanation, console: Console) -> None:
    console.print(Text.assemble((cell.field_name, "bold"), f"  strategy {printable(cell.strategy)}"))
    for claim in cell.claims:
        console.print()
        _render_claim(claim, explanation, console)
    console.print()
    console.print(_outcome(cell))


def _outcome(cell: Cell) -> Text:
    if not any(claim.is_winner for claim in cell.claims):
        return Text("No claim is eligible, so the golden record has no value here.")
    outcome = Text.assemble("Confidence ", (_confidence(cell), "bold"))
    close = cell.contested_by
    if close:
        value, apart = shortened(printable(close.losing_value)), abs(close.margin)
        side = "behind" if close.margin >= 0 else "ahead"
        outcome.append(
            f". Contested: {close.losing_source} says {value}, {apart:g} points of trust {side} ({close.lost_because})"
        )
    return outcome.append(".")


def _render_claim(claim: Claim, explanation: Explanation, console: Console) -> None:
    mark = Text("✓", style=ACCEPTED) if claim.is_winner else Text(" ")
    head = Table.grid(padding=(0, 1))
    head.add_row(mark, Text.assemble((_value(claim), "bold"), f"  {claim.source_name}", _loss(claim)))
    console.print(head)
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True, style="dim")
    lines.add_column(overflow="fold")
    for label, content in _lines(claim, explanation, console):
        lines.add_row(label, content)
    console.print(Padding(lines, (0, 0, 0, 2)))


def _loss(claim: Claim) -> Text:
    if claim.is_winner:
        return Text("")
    margin = "" if claim.margin is None else f"; margin {claim.margin:g}"
    return Text.assemble("  ", (printable(claim.lost_because), LOST), f": {why_lost(claim)}{margin}")


def _lines(claim: Claim, explanation: Explanation, console: Console) -> Iterator[tuple[str, Text]]:
    """The lines below the value of a claim: a label and a text each."""
    record = explanation.records.get(claim.record_key or "")
    text = explanation.texts.get(claim.extraction_id or "")
    yield "ranked", Text(" · ".join(ranking_factors(claim)))
    yield "licence", Text("; ".join(licence_terms(claim)))
    if text:
        yield "quote", _highlighted(*quote_in_text(claim, text.text), console)
        yield "read", Text(f"by {printable(claim.read_by)} at {printable(text.url) or 'no address'}")
    elif claim.quote:
        yield "because", Text(shortened(printable(claim.quote)))
    if record and not text:
        yield "payload", _highlighted(*value_in_payload(claim, record.payload), console)
    yield "record", Text(_record(claim, record))
    if record and record.mapped_columns is not None:
        yield "file", Text(_file(claim.field_name, record, record.mapped_columns))
    elif record and record.call:
        call = record.call
        url = shortened(printable(call.url), LONGEST_URL)
        yield "call", Text(f"{call.method} {url}, {call.status}, {_minute(call.started_at)}")


def _file(field_name: str, record: EvidenceRecord, mapped: Mapping[str, str]) -> str:
    """Where a value is in a declared list: the file, the row and the columns."""
    read = [mapped[name] for name in fields_behind(field_name) if name in mapped]
    columns = f", columns {printable('; '.join(read))}" if read else ""
    file = shortened(printable(record.call.url), LONGEST_URL) if record.call else "its file"
    return f"{file}, row {record.row}{columns}"


def _record(claim: Claim, record: EvidenceRecord | None) -> str:
    """The row of `raw` that states the value. A person's correction has none."""
    if record is None:
        return printable(claim.record_key)
    return f"{printable(record.record_key)}, fetched {_minute(record.fetched_at)}, run {record.run_id}"


def _minute(moment: Any) -> str:
    return "no date" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _highlighted(before: str, found: str, after: str, console: Console) -> Text:
    """The match in colour or, without colour, between « and »."""
    before, found, after = printable(before), shortened(printable(found)), printable(after)
    if not found:
        return Text(before)
    if console.color_system is None or console.no_color:
        return Text(f"{before}«{found}»{after}")
    return Text.assemble(before, (found, "black on yellow"), after)
