"""Values as spreadsheets and people read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control characters, and what XML 1.0 cannot hold. Tab and line breaks stay.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet takes for the start of a formula, also in full width, and behind blanks that it strips.
FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]")
# A number, or a phone in the form of E.164, has no function to call.
HARMLESS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


def fit(text: str) -> str:
    """The text with a replacement for each character that files of text or XML cannot hold."""
    return text if text.isprintable() else UNFIT.sub(REPLACEMENT, text)


def starts_formula(text: str) -> bool:
    return FORMULA.match(text) is not None and HARMLESS.fullmatch(text) is None


def list_text(items: Sequence[str]) -> str:
    """Items with `; ` between them. An item that has a semicolon or a quote of its own is quoted as in CSV."""
    return "; ".join('"' + item.replace('"', '""') + '"' if set(item) & set(';"') else item for item in items)


def moment_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds") + "Z"


def hours_text(hours: str) -> str:
    """Opening hours in OpenStreetMap's grammar: `Mo-Fr 09:00-17:00; Sa 10:00-12:00`."""
    spans = {day: ",".join(f"{start}-{end}" for start, end in times) for day, times in json.loads(hours).items()}
    return "; ".join(f"{_days(run)} {spans[run[0]]}" for run in _runs(spans))


def _runs(spans: Mapping[str, str]) -> Iterator[list[str]]:
    """Days in a row with the same hours."""
    run: list[str] = []
    for day in DAYS:
        if run and spans.get(day) == spans[run[0]]:
            run.append(day)
            continue
        if run:
            yield run
        run = [day] if spans.get(day) else []
    if run:
        yield run


def _days(run: Sequence[str]) -> str:
    first, last = run[0].title(), run[-1].title()
    return first if len(run) == 1 else f"{first}{',' if len(run) == 2 else '-'}{last}"


def python_rows(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    """The rows as Python values. A table has at most the rows of a stretch."""
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
