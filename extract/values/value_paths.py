"""The paths of each kind of value in each source (seed `value_paths`), and the contents at a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from extract.values.seed_rows import read_rows

ANY_OF = "|"
MOST_SETS_OF_KEYS = 1000
LONGEST_TEXT = 1000  # characters: no name, phone or address is longer, and some readers take quadratic time


class Written(NamedTuple):
    """A content of a payload and its JSON pointer. The pointer is null for a constant that the seed gives."""

    content: Any
    path: str | None

    @property
    def text(self) -> str | None:
        """The content as text. Placeholders such as "n/a" count as no text."""
        if isinstance(self.content, str):
            return _clean(self.content)
        if isinstance(self.content, bool) or not isinstance(self.content, int | float):
            return None
        try:
            return _clean(str(self.content))
        except ValueError:  # an integer with thousands of digits
            return None


@lru_cache(maxsize=20_000)  # several readers look at the same text
def _clean(content: str) -> str | None:
    text = " ".join(content.split())
    if len(text) > LONGEST_TEXT:
        return None
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()  # a lone surrogate cannot be encoded
    return text if text.upper() not in ("", "N/A", "NA", "-", "–", "—") else None


@dataclass(frozen=True)
class ValuePath:
    """A row of the seed. `names` are the steps of the path, each with its spellings in order of preference."""

    source: str
    reader: str
    part: str  # the role of the text for its reader: the `street` of an address
    names: tuple[tuple[str, ...], ...]
    constant: str | None

    def keys_among(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The keys with which the path may begin, in order of preference."""
        return tuple(key for name in self.names[:1] for spelling in name for key in _spellings(keys, spelling))

    def find(self, payload: Any) -> Iterator[Written]:
        if self.constant:
            yield Written(self.constant, None)
        else:
            yield from walk(payload, self.names, "")


class Begun(NamedTuple):
    """A path with its first step taken, for payloads with one set of keys."""

    path: ValuePath
    first: tuple[tuple[str, str], ...]  # the keys of the payload, each with its JSON pointer
    rest: tuple[tuple[str, ...], ...]

    def find(self, payload: dict[str, Any]) -> list[Written]:
        if self.path.constant or not self.path.names:
            return list(self.path.find(payload))
        if len(self.first) == 1 and not self.rest:  # nearly always, in a list
            key, pointer = self.first[0]
            content = payload[key]
            if isinstance(content, str):
                return [Written(content, pointer)]
            if isinstance(content, list) and len(content) == 1 and isinstance(content[0], str):
                return [Written(content[0], f"{pointer}/0")]
        return [written for key, pointer in self.first for written in walk(payload[key], self.rest, pointer)]


Parts = Mapping[str, list[Written]]  # by part, the preferred ones first


class Paths(dict[str, list[ValuePath]]):
    """The paths of one source, by reader. Its payloads have few sets of keys, so the paths of each set are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._of_keys: dict[tuple[str, ...], dict[str, list[Begun]]] = {}

    def find(self, payload: Any) -> dict[str, Parts]:
        """The contents of a payload, by reader and part."""
        if not isinstance(payload, dict):
            return {reader: find_parts(paths, payload) for reader, paths in self.items()}
        return {reader: _find_begun(paths, payload) for reader, paths in self._with_keys(tuple(payload)).items()}

    def _with_keys(self, keys: tuple[str, ...]) -> dict[str, list[Begun]]:
        """The paths that begin with one of the keys."""
        if keys not in self._of_keys:
            if len(self._of_keys) >= MOST_SETS_OF_KEYS:
                self._of_keys.clear()
            begun = {reader: [begin(path, keys) for path in paths] for reader, paths in self.items()}
            self._of_keys[keys] = {
                reader: found
                for reader, paths in begun.items()
                if (found := [path for path in paths if path.first or not path.path.names])
            }
        return self._of_keys[keys]


def read_paths(seed: Path) -> dict[str, Paths]:
    """Source -> reader -> its paths, in order of priority."""
    paths: dict[str, Paths] = {}
    for row in sorted(read_rows(seed), key=lambda row: int(row["priority"])):
        path = ValuePath(row["source_name"], row["reader"], row["part"], steps(row["path"]), row["constant"] or None)
        paths.setdefault(path.source, Paths()).setdefault(path.reader, []).append(path)
    return paths


def steps(path: str) -> tuple[tuple[str, ...], ...]:
    """Split `/tags/phone|contact:phone` into its steps, each with its spellings."""
    return tuple(tuple(step.split(ANY_OF)) for step in path.split("/")[1:])


def find_parts(paths: list[ValuePath], payload: Any) -> dict[str, list[Written]]:
    parts: dict[str, list[Written]] = {}
    for path in paths:
        parts.setdefault(path.part, []).extend(path.find(payload))
    return parts


def _find_begun(paths: list[Begun], payload: dict[str, Any]) -> dict[str, list[Written]]:
    parts: dict[str, list[Written]] = {}
    for begun in paths:
        parts.setdefault(begun.path.part, []).extend(begun.find(payload))
    return parts


def begin(path: ValuePath, keys: tuple[str, ...]) -> Begun:
    found = path.keys_among(keys)
    return Begun(path, tuple((key, f"/{_escaped(key)}") for key in found), path.names[1:])


def _escaped(key: str) -> str:
    """The key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def walk(content: Any, names: tuple[tuple[str, ...], ...], path: str) -> Iterator[Written]:
    """The contents at the end of the steps. Each item of a list is a content."""
    if isinstance(content, list):
        for number, item in enumerate(content):
            yield from walk(item, names, f"{path}/{number}")
    elif not names:
        if content is not None:
            yield Written(content, path)
    elif isinstance(content, dict):
        keys = tuple(content)
        for name in names[0]:
            for key in _spellings(keys, name):
                yield from walk(content[key], names[1:], f"{path}/{_escaped(key)}")


@lru_cache(maxsize=20_000)  # payloads of a source have the same few sets of keys
def _spellings(keys: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The key itself, then the keys that differ only in case and punctuation: `Post_Code_` is `POSTCODE`."""
    exact = [name] if name in keys else []
    folded = _folded(name)
    return (*exact, *(key for key in keys if _folded(key) == folded and key != name))


@lru_cache(maxsize=20_000)  # payloads repeat the same few names
def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
