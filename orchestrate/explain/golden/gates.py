"""Gates on a diff: `--fail-if "merged > 10"`. Each condition is a name, a comparison and a whole number."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orchestrate.contracts.golden_diff import GoldenDiff
from orchestrate.errors import UsageError
from orchestrate.settings import SEEDS_DIR

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_CONDITION = re.compile(r"\s*([a-z_]+)\s*(>=|<=|!=|>|<|=)\s*(\d{1,12})\s*", re.ASCII)


@dataclass(frozen=True)
class Condition:
    """A count of the diff or the number of changed cells of a field, compared with a limit."""

    name: str
    comparison: str
    limit: int

    def is_met(self, value: int) -> bool:
        return _COMPARISONS[self.comparison](value, self.limit)


def read_gate(gate: str) -> list[Condition]:
    """The conditions of a gate, one of which is enough. Raises UsageError."""
    return [_read(condition, gate) for condition in gate.split(" or ")]


def met_gates(gates: Iterable[list[Condition]], diff: GoldenDiff) -> list[str]:
    """A sentence for each condition that is true. Raises UsageError for a name that the diff does not count."""
    found = []
    for condition in (condition for gate in gates for condition in gate):
        value = _value(condition.name, diff)
        if condition.is_met(value):
            found.append(f"{condition.name} is {value}, and --fail-if says {condition.comparison} {condition.limit}.")
    return found


def _value(name: str, diff: GoldenDiff) -> int:
    if name in diff.counts:
        return diff.counts[name]
    if name not in diff.by_field and name not in _fields():
        raise UsageError(
            f"--fail-if: this diff has no count {name}. It has {', '.join(diff.counts)}, and each field, such as phone."
        )
    return diff.by_field.get(name, 0)


def _fields() -> list[str]:
    lines = (SEEDS_DIR / "field_strategies.csv").read_text(encoding="utf-8").splitlines()
    return [line.partition(",")[0] for line in lines[1:]]


def _read(condition: str, gate: str) -> Condition:
    read = _CONDITION.fullmatch(condition)
    if not read:
        raise UsageError(
            f'--fail-if "{gate}": "{condition.strip()}" is no condition. Write a count, a comparison and a whole '
            'number, such as "merged > 10", and join several by "or".'
        )
    return Condition(read[1], read[2], int(read[3]))
