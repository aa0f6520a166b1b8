"""Reads the rules of seeds from `_seeds.yml`, which also declares dbt's tests.

A test that this module does not know is an error, so that both checks stay equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

RULES_FILE = "_seeds.yml"
REFERENCE = re.compile(r"ref\('(\w+)'\)")
WHERE = re.compile(r"(\w+) != '([^']*)'")


@dataclass(frozen=True)
class Rule:
    """One data test of one column, or of a whole seed."""

    kind: str  # as dbt names the test
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    exempt: tuple[str, str] | None  # column and value of the rows that the rule skips

    @property
    def refers_to(self) -> str:
        """The other seed that the rule refers to."""
        found = REFERENCE.fullmatch(self.arguments["to"])
        if not found:
            raise ValueError(f"{RULES_FILE}: {self.arguments['to']} is not written as ref('a_seed')")
        return found[1]

    @property
    def referred_columns(self) -> tuple[str, ...]:
        return tuple(self.arguments.get("fields") or [self.arguments["field"]])


@dataclass(frozen=True)
class SeedRules:
    name: str
    types: Mapping[str, str]  # column -> its type, in the order of the file
    rules: tuple[Rule, ...]
    written_by: str | None  # the command that writes the seed; None for a seed that a person edits


def read_rules(seeds_dir: Path) -> dict[str, SeedRules]:
    """The rules of every declared seed, by name."""
    text = (seeds_dir / RULES_FILE).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times faster
    declared = yaml.load(text, Loader=loader)["seeds"]  # noqa: S506 (both loaders are safe)
    return {seed["name"]: _seed_rules(seed) for seed in declared}


def _seed_rules(seed: Mapping[str, Any]) -> SeedRules:
    rules = [_rule(test, ()) for test in seed.get("data_tests", ())]
    for column in seed["columns"]:
        rules += [_rule(test, (column["name"],)) for test in column.get("data_tests", ())]
    config = seed["config"]
    return SeedRules(seed["name"], config["column_types"], tuple(rules), config.get("meta", {}).get("written_by"))


def _rule(test: str | Mapping[str, Any], columns: tuple[str, ...]) -> Rule:
    """A test as declared in YAML: its name, or its name with arguments and configuration."""
    if isinstance(test, str):
        return Rule(test, columns, {}, None)
    ((kind, details),) = test.items()
    arguments = details.get("arguments", {})
    return Rule(kind, tuple(arguments.get("columns", columns)), arguments, _exempt(details.get("config", {})))


def _exempt(config: Mapping[str, Any]) -> tuple[str, str] | None:
    if not (where := config.get("where")):
        return None
    found = WHERE.fullmatch(where)
    if not found:
        raise ValueError(f"{RULES_FILE}: a rule's `where` is read only as: column != 'value'; this one is {where}")
    return found[1], found[2]
