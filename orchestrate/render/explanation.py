"""`trigpoint explain` as text: one line for each field of an entity, or one block for each claim of a field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest.lists.fields import fields_behind
from orchestrate.contracts.explain import Cell, Claim, EvidenceRecord, Explanation
from orchestrate.terminal import printable
from orchestrate.wording import counted

CONTEXT = 60  # characters shown on each side of a quote
LONGEST = 300  # characters of a quote or a value; --json prints them whole
LONGEST_URL = 120
ONE_LINE = 100  # columns for a line for each cell; with fewer, a long value goes on in the next line
FRAGMENT = 160  # characters of a payload if the value is not found in it

CONTESTED = "contested"
LOST_BECAUSE = {
    "placeholder": "it is a placeholder, not a value",
    "other_entity": "its text is about another place",
    "expired": "its source's retention limit has passed",
    "closed": "a place that is closed for good, or only planned, has no hours",
    "duplicate": "it states the same value as the winner",
    "override": "a person decided otherwise",
    "page_contact": "anybody may write a page: a lone website comes after any other source",
    "less_complete_text": "the winner's text is more complete",
    "trust": "its source is trusted less",
    "doubtful": "the value suits its field badly",
    "decay": "it is older, and trust decays with age",
    "no_eligible_claim": "no claim of this cell agrees with the address that won",
    "other_address": "another record's address won",
    "outvoted": "more independent sources state another value",
    "confidence": "its extractor was less sure",
    "recency": "the winner was stated later",
    "tie": "all ranking factors are equal: the order of names decides",
}


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
    table = Table(box=None, pad_edge=False, header_style="bold")
    is_wide = console.width >= ONE_LINE
    for name, width in zip(("field", "value", "source"), _widths(rows, console.width), strict=True):
        table.add_column(name, width=width, no_wrap=is_wide, overflow="ellipsis" if is_wide else "fold")
    for name in ("sure", "others"):
        table.add_column(name, width=len(name), no_wrap=True, justify="right")
    table.add_column("", width=len(CONTESTED), no_wrap=True, style="yellow")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    shown = next((cell for cell in cells if cell.contested_by), cells[0])
    hint = f"\nTo see the claims about one field: trigpoint explain {explanation.entity.slug} {shown.field_name}"
    console.print(Text(hint), soft_wrap=True)


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
    item, value = printable(claim.item), _shortened(printable(claim.value))
    if not item or item == value:
        return value
    return item if item.endswith(f"={value}") else f"{item}: {value}"


def _shortened(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest * 2 // 3]}…{text[-longest // 3 :]}"


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
        value, apart = _shortened(printable(close.losing_value)), abs(close.margin)
        side = "behind" if close.margin >= 0 else "ahead"
        outcome.append(
            f". Contested: {close.losing_source} says {value}, {apart:g} points of trust {side} ({close.lost_because})"
        )
    return outcome.append(".")


def _render_claim(claim: Claim, explanation: Explanation, console: Console) -> None:
    mark = Text("✓", style="green") if claim.is_winner else Text(" ")
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
    reason = claim.lost_because or ""
    if reason == "unverified":
        meaning = "not in its text" if claim.verification == "rejected" else "the winner is verified better"
    else:
        meaning = LOST_BECAUSE.get(reason, "")
    return Text.assemble("  ", (printable(reason), "yellow"), f": {meaning}{margin}")


def _lines(claim: Claim, explanation: Explanation, console: Console) -> Iterator[tuple[str, Text]]:
    """The lines below the value of a claim: a label and a text each."""
    record = explanation.records.get(claim.record_key or "")
    text = explanation.texts.get(claim.extraction_id or "")
    yield "ranked", Text(" · ".join(_ranking_factors(claim)))
    yield "licence", Text("; ".join(_licence(claim)))
    if text:
        yield "quote", _highlighted(*_quote_in_text(claim, text.text), console)
        yield "read", Text(f"by {printable(claim.read_by)} at {printable(text.url) or 'no address'}")
    elif claim.quote:
        yield "because", Text(_shortened(printable(claim.quote)))
    if record and not text:
        yield "payload", _highlighted(*_value_in_payload(claim, record.payload), console)
    yield "record", Text(_record(claim, record))
    if record and record.mapped_columns is not None:
        yield "file", Text(_file(claim.field_name, record, record.mapped_columns))
    elif record and record.call:
        call = record.call
        url = _shortened(printable(call.url), LONGEST_URL)
        yield "call", Text(f"{call.method} {url}, {call.status}, {_minute(call.started_at)}")


def _file(field_name: str, record: EvidenceRecord, mapped: Mapping[str, str]) -> str:
    """Where a value is in a declared list: the file, the row and the columns."""
    read = [mapped[name] for name in fields_behind(field_name) if name in mapped]
    columns = f", columns {printable('; '.join(read))}" if read else ""
    file = _shortened(printable(record.call.url), LONGEST_URL) if record.call else "its file"
    return f"{file}, row {record.row}{columns}"


def _ranking_factors(claim: Claim) -> Iterator[str]:
    """The factors that ranked the claim, the most important first."""
    if claim.address_rank is not None:
        yield f"address {claim.address_rank}"
    rejected = f" ({printable(claim.rejected_because)})" if claim.rejected_because else ""
    yield f"{claim.verification}{rejected}"
    if claim.strategy == "narrative":
        yield f"text_completeness {claim.text_completeness}"
    if claim.source_name == "derived":
        return  # a derived value has no ranking: it is used where no source states a value
    if claim.trust is None:
        yield "trust unknown"
    else:
        yield f"trust {claim.trust:g} → {claim.decayed_trust:g} after {counted(claim.age_days or 0, 'day', 'days')}"
    sources = counted(claim.independent_sources or 0, "independent source", "independent sources")
    yield f"support {claim.support} from {sources}{_provenance(claim)}"
    if claim.confidence is not None:
        yield f"extractor {claim.confidence:g} sure"
    yield f"stated {claim.source_updated_at or claim.fetched_at:%Y-%m-%d}"


def _provenance(claim: Claim) -> str:
    """The provenance group of a page that is not an independent source."""
    group = claim.provenance_group
    return "" if group in (None, claim.source_name) else f" (this one: {printable(group)})"


def _licence(claim: Claim) -> Iterator[str]:
    yield printable(claim.licence) or "unknown"
    if claim.may_republish is not None:
        yield "may be republished" if claim.may_republish else "may not be republished"
    if claim.expires_at:
        yield f"kept until {claim.expires_at:%Y-%m-%d}"


def _record(claim: Claim, record: EvidenceRecord | None) -> str:
    """The row of `raw` that states the value. A person's correction has none."""
    if record is None:
        return printable(claim.record_key)
    return f"{printable(record.record_key)}, fetched {_minute(record.fetched_at)}, run {record.run_id}"


def _minute(moment: Any) -> str:
    return "no date" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _quote_in_text(claim: Claim, text: str) -> tuple[str, str, str]:
    """The text before the quote, the quote, and the text after it."""
    start, end = claim.char_start, claim.char_end
    if start is None or end is None or text[start:end] != claim.quote:
        return "", claim.quote or "", ""
    return _around(text, start, end)


def _value_in_payload(claim: Claim, payload: Any) -> tuple[str, str, str]:
    """The part of the payload that holds the value, or the beginning of the payload if it is not found."""
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    for pattern in _spellings(claim):
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return _around(text, *found.span())
    return text[:FRAGMENT] + ("…" if len(text) > FRAGMENT else ""), "", ""


def _spellings(claim: Claim) -> Iterator[str]:
    """Patterns for the value with any spacing and, for a phone number, without the country code."""
    for stated in filter(None, (claim.quote, claim.value)):
        letters = [c for c in stated if c.isalnum()]
        if 4 <= len(letters) <= LONGEST and stated not in ("true", "false"):
            yield rf"(?<!\w){re.escape(stated)}(?!\w)"
            yield rf"(?<![^\W_])\+?{_spaced(letters)}(?![^\W_])"
            if re.fullmatch(r"\+\d{9,15}", stated):
                yield rf"(?:[+(]?\d[\d() -]{{0,6}})?{_spaced(letters[-9:])}(?!\d)"


def _spaced(letters: list[str]) -> str:
    return r'(?:[^\w"]|_){0,2}'.join(map(re.escape, letters))


def _around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """A part of the text, and up to CONTEXT characters on each side. Cuts are between words if possible."""
    before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "…" + re.sub(r"^\S+(?=\s)", "", before)
    if end + CONTEXT < len(text):
        after = re.sub(r"(?<=\s)\S+$", "", after) + "…"
    return before, text[start:end], after


def _highlighted(before: str, found: str, after: str, console: Console) -> Text:
    """The match in colour or, without colour, between « and »."""
    before, found, after = printable(before), _shortened(printable(found)), printable(after)
    if not found:
        return Text(before)
    if console.color_system is None or console.no_color:
        return Text(f"{before}«{found}»{after}")
    return Text.assemble(before, (found, "black on yellow"), after)
