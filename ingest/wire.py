"""JSON as services send it.

Python's parser changes some values in silence, and gives up a whole answer for others. Here each of these becomes a
fault of the one record that holds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from requests import JSONDecodeError

DEEPEST = 254  # levels of nesting, orjson's own limit
CUT_BELOW = 2 * DEEPEST  # levels of an answer; those around its records are few
LONGEST_INTEGER = 300  # digits: a longer one does not fit into a floating-point number

STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


class Doubled(dict[str, Any]):
    """An object that names a key twice; as a dict it holds the last value of each."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.pairs = list(pairs)
        super().__init__(self.pairs)


class NoNumber:
    """A number that no table holds, as it was written: NaN, 1e999, five thousand digits."""

    def __init__(self, text: str) -> None:
        self.text = text


class Unreadable:
    """A row of a file that is no value, as it was written, and why."""

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason


class Written(NamedTuple):
    """A value as JSON text, the value of that text, and the fault for which it must not land, if it has one."""

    text: str
    value: Any
    fault: str | None


def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(pairs)


def parse(text: str) -> Any:
    """The value of a JSON text. Raises JSONDecodeError, with words for the user, for any other text.

    An answer that is too deep for Python is read to `CUT_BELOW` levels. That is still too deep for `write`, so it is a
    fault of the record that holds these levels, and of no other record.
    """
    try:
        try:
            return _loads(text)
        except RecursionError:
            return _loads(_without_depths(text))
    except json.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, error.doc, error.pos) from None


def _loads(text: str) -> Any:
    return json.loads(
        text,
        parse_int=_integer,
        parse_float=_float,
        parse_constant=NoNumber,
        object_pairs_hook=as_object,
    )


def _without_depths(text: str) -> str:
    """The text with null in the place of each list and object more than `CUT_BELOW` levels deep."""
    kept, depth, start = [], 0, 0
    for token in STRING_OR_BRACKET.finditer(text):
        if token[0] in ("[", "{"):
            depth += 1
            if depth == CUT_BELOW + 1:
                kept += [text[start : token.start()], "null"]
        elif token[0] in ("]", "}"):
            if depth == CUT_BELOW + 1:
                start = token.end()
            depth -= 1
    return "".join(kept) + (text[start:] if depth <= CUT_BELOW else "")


def write(value: Any) -> Written:
    """The value as JSON text. Half an emoji, where a service cut its text, is replaced."""
    try:
        return Written(_fast(value), value, None)
    except TypeError:
        fault = _fault(value)
    if fault:
        return Written("", value, fault)
    text = _text(value, _mended)
    mended = parse(text)
    return Written(text, mended, _fault(mended))  # two keys may have become one


def verbatim(value: Any) -> str:
    """The value as JSON text, exactly as it came: what the table of rejects keeps."""
    try:
        return _fast(value)
    except TypeError:
        return _text(value, _as_it_came)


def canonical(value: Any) -> bytes:
    """The value as JSON with sorted keys, to hash it. The value must be one that can land."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return _text(value, _mended, is_sorted=True).encode()


def _fast(value: Any) -> str:
    """Raises TypeError for what `_fault` names, for integers of more than 64 bits and for half an emoji."""
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS).decode()


def readable(text: str | None) -> str | None:
    """The text with each half of a surrogate pair replaced: UTF-8 and tables cannot hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if text else text


def _integer(text: str) -> int | NoNumber:
    return int(text) if len(text) <= LONGEST_INTEGER else NoNumber(text)


def _float(text: str) -> float | NoNumber:
    value = float(text)
    return value if value - value == 0 else NoNumber(text)  # infinity minus itself is NaN


def _fault(value: Any) -> str | None:
    """Why the value must not land; None for a value that only orjson cannot write."""
    waiting: list[tuple[str, int, Any]] = [("", 1, value)]
    while waiting:
        path, depth, item = waiting.pop()
        if isinstance(item, Unreadable):
            return item.reason
        if isinstance(item, NoNumber):
            return f"number out of range: {path}: {_shortened(item.text)}"
        if not isinstance(item, dict | list):
            continue
        if depth > DEEPEST:
            return f"nested more than {DEEPEST} levels deep"
        if isinstance(item, Doubled):
            return f"duplicate key: {path + '.' if path else ''}{_first_doubled(item)}"
        inner = item.items() if isinstance(item, dict) else enumerate(item)
        waiting += [(f"{path}.{key}" if path else str(key), depth + 1, v) for key, v in inner]
    return None


def _first_doubled(item: Doubled) -> str:
    names = [name for name, _ in item.pairs]
    return next(name for name in names if names.count(name) > 1)


def _shortened(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:10]}... ({len(text):,} characters)"


class _Punctuation(str):
    """A bracket, comma or colon."""


def _text(value: Any, string: Callable[[str], str], *, is_sorted: bool = False) -> str:
    """JSON text, written without recursion, so that depth is no limit."""
    parts: list[str] = []
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += reversed(list(_object_parts(item, is_sorted)))
        elif isinstance(item, list):
            waiting += reversed(list(_array_parts(item)))
        elif isinstance(item, _Punctuation):
            parts.append(item)
        elif isinstance(item, str | Unreadable):
            parts.append(string(item if isinstance(item, str) else item.text))
        else:
            parts.append(item.text if isinstance(item, NoNumber) else json.dumps(item))
    return "".join(parts)


def _object_parts(item: dict[str, Any], is_sorted: bool) -> Iterator[Any]:
    pairs = item.pairs if isinstance(item, Doubled) else item.items()
    yield _Punctuation("{")
    for number, (key, value) in enumerate(sorted(pairs, key=itemgetter(0)) if is_sorted else pairs):
        yield from (_Punctuation("," if number else ""), key, _Punctuation(":"), value)
    yield _Punctuation("}")


def _array_parts(item: list[Any]) -> Iterator[Any]:
    yield _Punctuation("[")
    for number, value in enumerate(item):
        yield from (_Punctuation("," if number else ""), value)
    yield _Punctuation("]")


def _mended(text: str) -> str:
    return json.dumps(readable(text), ensure_ascii=False)


def _as_it_came(text: str) -> str:
    is_unicode = readable(text) == text
    return json.dumps(text, ensure_ascii=not is_unicode)
