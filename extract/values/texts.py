"""Reads plain texts as values. The part is the field name; the first text that is not blank counts."""

from __future__ import annotations

from collections.abc import Iterator

from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts


def find_texts(parts: Parts, country: str | None) -> Iterator[Reading]:
    for field_name, texts in parts.items():
        yield from first_readable(field_name, texts, lambda text: Values((text,)))
