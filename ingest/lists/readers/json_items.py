"""The items of a JSON file, one at a time: a list, an object that holds a list, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import orjson

from ingest.errors import SourceError
from ingest.lists.readers import Limits
from ingest.lists.readers.text.encodings import Utf8Stream

CHUNK_BYTES = 1 << 20
SPACE = re.compile(r"[\s\x1e]*")  # a GeoJSON sequence has a record separator before each text
BETWEEN = re.compile(r"[\s,]*")
LISTS = ("features", "elements", "items", "results", "records", "data", "places", "rows", "@graph")
_decode = json.JSONDecoder(strict=False).raw_decode


class Item(NamedTuple):
    """A value of the file. `error` says why it is none, and `text` is then what was written."""

    value: Any
    error: str | None = None
    text: str = ""


class JsonItems:
    """Reads a file from its start. `outer` holds what was read around the list."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._stream = Utf8Stream(file, "utf-8")
        self._limits = limits
        self._text = ""
        self._at = 0
        self._lines_before = 1  # of the text that is kept
        self.outer: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Item]:
        first = self._peek()
        if not first:
            raise SourceError("malformed", "The file is empty; give a file with at least one place.")
        if first == "[":
            yield from self._list()
        elif first == "{" and self._is_one_object():
            yield from self._object()
        elif first == "{":
            yield from self._lines()
        else:
            raise SourceError("malformed", "The file is not JSON; it must begin with { or [.")

    def _is_one_object(self) -> bool:
        """Whether the file is an object around a list, and not one object a line."""
        start = self._text[self._at :]
        line, line_end, _ = start.partition("\n")
        try:
            value, end = _decode(line)
        except json.JSONDecodeError as error:
            return not line_end or error.pos >= len(line.rstrip())  # it goes on in the next line
        except RecursionError:
            return True
        more = start[end:].strip() or self._more()
        return not more and isinstance(value, dict) and any(isinstance(value.get(name), list) for name in LISTS)

    def _list(self) -> Iterator[Item]:
        self._take("[")
        while self._peek(BETWEEN) != "]":
            yield Item(self._value())
        self._at += 1

    def _object(self) -> Iterator[Item]:
        self._take("{")
        found = False
        while self._peek(BETWEEN) != "}":
            key = self._value()
            self._take(":")
            if key in LISTS and self._peek() == "[" and not found:
                found = True
                yield from self._list()
            else:
                self.outer[str(key)] = self._value()
        if not found:
            yield Item(self.outer)

    def _lines(self) -> Iterator[Item]:
        while self._peek():
            end = self._text.find("\n", self._at)
            while end < 0 and self._more():
                end = self._text.find("\n", self._at)
            stop = end if end >= 0 else len(self._text)
            yield _item(self._text[self._at : stop])
            self._at = stop

    def _value(self) -> Any:
        """The next value. More of the file is read until it is whole."""
        self._peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except RecursionError:
                raise self._refused("A value is nested too deeply") from None
            except ValueError as error:
                if not self._more():
                    raise self._refused(f"The file is not JSON: {getattr(error, 'msg', 'cut off')}") from None
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def _refused(self, what: str) -> SourceError:
        line = self._lines_before + self._text.count("\n", 0, self._at)
        return SourceError("malformed", f"{what} (near line {line}); export or download the file again.")

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._refused(f"The file is not JSON: {sign} is missing")
        self._at += 1

    def _peek(self, passed: re.Pattern[str] = SPACE) -> str:
        """The next sign after those that are passed over; none at the end."""
        while True:
            self._at = passed.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches anything
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on. What was used is forgotten; a value that waits must not be longer than the limit."""
        waiting = len(self._text) - self._at
        if waiting > self._limits.line_bytes:
            raise self._refused(f"A value is longer than {self._limits.line_bytes / (1 << 20):g} MiB")
        chunk = self._stream.read(max(CHUNK_BYTES, waiting)).decode()
        self._lines_before += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :] + chunk, 0
        return bool(chunk)


def _item(line: str) -> Item:
    text = line.strip()
    try:
        return Item(orjson.loads(text), None, text)
    except orjson.JSONDecodeError:
        return _strange_item(text)


def _strange_item(text: str) -> Item:
    """A line that orjson does not take: Python's parser takes NaN and half an emoji, and says what is wrong."""
    try:
        value, stop = _decode(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        return Item(None, f"not JSON: {reason}", text)
    return Item(value, "more than one value on a line" if stop < len(text) else None, text)
