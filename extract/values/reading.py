"""The result of a reader for one field of a payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from extract.values.value_paths import Written


class Reading(NamedTuple):
    """A value in its normal form with the other values after it, or the reason for none; and its source text."""

    field_name: str
    value: str | None
    written: Written | None = None
    reason: str | None = None
    others: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        written = self.written or Written(None, None)
        return {
            "field_name": self.field_name,
            "value": self.value,
            "others": list(self.others),
            "reason": self.reason,
            "written": written.text,
            "path": written.path,
        }


class Values(NamedTuple):
    """All values of one text, the most important first; or none, with the reason."""

    values: tuple[str, ...] = ()
    reason: str | None = None


def first_readable(field_name: str, texts: Iterable[Written], read: Callable[[str], Values]) -> list[Reading]:
    """A reading of the first readable text. Values of later texts are kept as its others.

    Without a text there is no reading. If no text can be read, the reading has a reason instead of a value.
    """
    found: list[tuple[str, Written]] = []
    refused: list[tuple[str | None, Written]] = []
    for written in texts:
        if written.text is not None:
            values, reason = read(written.text)
            found += [(value, written) for value in values]
            refused += [] if values else [(reason, written)]
    if found:
        (value, written), *_ = found
        others = tuple(dict.fromkeys(other for other, _ in found if other != value))
        return [Reading(field_name, value, written, None, others)]
    return [Reading(field_name, None, refused[0][1], refused[0][0])] if refused else []
