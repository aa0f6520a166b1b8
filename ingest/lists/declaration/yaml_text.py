"""YAML with the line of every key, by the rules of YAML 1.2: `NO` is a text, and so is `0131`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Keys = tuple[str | int, ...]
LARGEST = 1_000_000  # characters; a contract has a few thousand
DEEPEST = 40
BOOLEANS = {"true": True, "false": False}
NULLS = ("", "~", "null")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")


class YamlFault(ValueError):  # noqa: N818 (a fault of the file, as its sentence says)
    """Why a text cannot be read, with its line."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True)
class YamlText:
    """The content, and the line of each key by its path."""

    content: Any
    lines: Mapping[Keys, int]

    def line(self, keys: Keys) -> int:
        """The line of a key, or of the nearest key above it that the text has."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


def read_yaml(text: str) -> YamlText:
    """Read one document. Raises YamlFault."""
    if len(text) > LARGEST:
        raise YamlFault(1, "is too large to be the description of a source")
    try:
        if alias := next((t for t in yaml.scan(text) if isinstance(t, yaml.AliasToken)), None):
            raise YamlFault(alias.start_mark.line + 1, f"uses the alias `*{alias.value}`; write the value out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(mark.line + 1 if mark else 1, f"is no YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlFault(1, f"is no YAML: {' '.join(str(error).split())}") from None
    lines: dict[Keys, int] = {}
    return YamlText(_content(node, (), lines), lines)


def _content(node: yaml.Node | None, keys: Keys, lines: dict[Keys, int]) -> Any:
    if len(keys) > DEEPEST:
        raise YamlFault(lines[keys], "is nested too deeply")
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, keys, lines))
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*keys, number)] = item.start_mark.line + 1
        return [_content(item, (*keys, number), lines) for number, item in enumerate(node.value)]
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _pairs(node: yaml.MappingNode, keys: Keys, lines: dict[Keys, int]) -> Iterator[tuple[str, Any]]:
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlFault(line, "has a key that is no word")
        key = str(key_node.value)
        inner = (*keys, key)
        if inner in lines:
            raise YamlFault(line, f"has the key `{'.'.join(map(str, inner))}` twice")
        lines[inner] = line
        yield key, _content(value_node, inner, lines)


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style is not None:  # quoted
        return text
    if text.lower() in NULLS:
        return None
    if text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text
