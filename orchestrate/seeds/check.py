"""Checks every seed against its rules, before any request, payment or build."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from orchestrate.seeds.files import Fault, SeedError, SeedFile, SeedRow, nearest, read_seed_file, shown
from orchestrate.seeds.relations import cross_check, names_of_lists
from orchestrate.seeds.rules import Rule, SeedRules, read_rules

Seeds = Mapping[str, SeedFile]
WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}")


def check_seeds(seeds_dir: Path) -> dict[str, SeedFile]:
    """Read every declared seed that a person edits. Raises SeedError with a sentence for each fault.

    A seed that a command writes has thousands of rows: dbt and the tests of the project check it. The rules are dbt's
    tests in `_seeds.yml`. Relations between rows or seeds are checked only after every seed is correct by itself.
    Files that were correct before, and have not changed since, are not read again.
    """
    try:
        content = _content(seeds_dir)
    except OSError:  # the check says which file cannot be read
        _checked.cache_clear()
        content = ""
    return dict(_checked(seeds_dir, content))


def _content(seeds_dir: Path) -> str:
    files = sorted([*seeds_dir.glob("*.csv"), *seeds_dir.glob("*.yml")])
    hashes = [f"{path.name} {sha256(path.read_bytes()).hexdigest()}" for path in files]
    return " ".join((*hashes, *names_of_lists()))


@lru_cache(maxsize=1)
def _checked(seeds_dir: Path, content: str) -> Seeds:
    declared = {name: rules for name, rules in read_rules(seeds_dir).items() if not rules.written_by}
    seeds: dict[str, SeedFile] = {}
    faults: list[Fault] = []
    for name, rules in declared.items():
        try:
            seeds[name] = read_seed_file(seeds_dir / f"{name}.csv", rules.types)
        except SeedError as error:
            faults += error.faults
    for name, seed in seeds.items():
        faults += _faults(seed, declared[name], seeds)
    if not faults:
        faults += cross_check(seeds)
    if faults:
        raise SeedError(sorted(set(faults)))
    return seeds


def _faults(seed: SeedFile, rules: SeedRules, seeds: Seeds) -> Iterator[Fault]:
    for column, type_name in rules.types.items():
        yield from _type_faults(seed, column, type_name)
    for rule in rules.rules:
        yield from CHECKS[rule.kind](seed, rule, seeds)


# --- types ----------------------------------------------------------------------------------------------------


def _type_faults(seed: SeedFile, column: str, type_name: str) -> Iterator[Fault]:
    is_of_type, form = TYPES[type_name]
    for row in seed.rows:
        if (value := row.cells[column]) and not is_of_type(value):
            yield seed.fault(row.line, column, f"{shown(value)} is not {form}.")


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value)) and "_" not in value
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


TYPES: dict[str, tuple[Callable[[str], bool], str]] = {
    "varchar": (lambda value: True, "text"),
    "integer": (lambda value: bool(WHOLE_NUMBER.fullmatch(value)), "a whole number"),
    "double": (_is_number, "a number"),
    "boolean": (lambda value: value in ("true", "false"), "true or false"),
    "date": (_is_date, "a date, such as 2026-01-31"),
}

# --- rules ----------------------------------------------------------------------------------------------------


def _bound_rows(seed: SeedFile, rule: Rule) -> Iterator[tuple[SeedRow, str]]:
    """The rows that a rule of one column applies to, with their cell. Blank cells are left out."""
    (column,) = rule.columns
    for row in seed.rows:
        if row.cells[column] and not (rule.exempt and row.cells[rule.exempt[0]] == rule.exempt[1]):
            yield row, row.cells[column]


def _keys(seed: SeedFile, columns: tuple[str, ...]) -> Iterator[tuple[SeedRow, tuple[str, ...]]]:
    for row in seed.rows:
        yield row, tuple(row.cells[column] for column in columns)


def _not_null(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    (column,) = rule.columns
    for row in seed.rows:
        if not row.cells[column].strip():
            yield seed.fault(row.line, column, "the cell is blank, and must not be.")


def _unique(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row, key in _keys(seed, rule.columns):
        if any(key) and first.setdefault(key, row.line) != row.line:
            named = ", ".join(rule.columns)
            yield seed.fault(row.line, named, f"{shown(', '.join(key))} is there already, in line {first[key]}.")


def _accepted_values(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    yield from _not_among(seed, rule, {str(value) for value in rule.arguments["values"]})


def _relationships(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    if rule.refers_to not in seeds:  # the type check already reports an unreadable cell
        return
    (field,) = rule.referred_columns
    yield from _not_among(seed, rule, {row.cells[field] for row in seeds[rule.refers_to].rows})


def _not_among(seed: SeedFile, rule: Rule, choices: set[str]) -> Iterator[Fault]:
    (column,) = rule.columns
    for row, value in _bound_rows(seed, rule):
        if value not in choices:
            yield seed.fault(row.line, column, f"there is no {shown(value)}; {nearest(value, choices)}")


def _in_range(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    (column,) = rule.columns
    least, greatest = rule.arguments.get("least", -math.inf), rule.arguments.get("greatest", math.inf)
    sentence = f"is less than {least}" if greatest == math.inf else f"is not from {least} to {greatest}"
    for row, value in _bound_rows(seed, rule):
        if _is_number(value) and not least <= float(value) <= greatest:
            yield seed.fault(row.line, column, f"{value} {sentence}.")


def _matches(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    (column,) = rule.columns
    for row, value in _bound_rows(seed, rule):
        if not re.fullmatch(rule.arguments["pattern"], value):
            yield seed.fault(row.line, column, f"{shown(value)} is not {rule.arguments['form']}.")


def _names_exactly(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    yield from _unique(seed, rule, seeds)
    wanted, column = [str(value) for value in rule.arguments["values"]], ", ".join(rule.columns)
    named = {"/".join(key): row for row, key in _keys(seed, rule.columns)}
    for name in [name for name in named if name not in wanted]:
        yield seed.fault(named[name].line, column, f"there is no {shown(name)}; {nearest(name, wanted)}")
    for name in [name for name in wanted if name not in named]:
        yield seed.fault(0, column, f"there is no row for {shown(name)}.")


def _names_all_of(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    if rule.refers_to not in seeds:
        return
    named = {key for _, key in _keys(seed, rule.columns)}
    for _, key in _keys(seeds[rule.refers_to], rule.referred_columns):
        if key not in named:
            sentence = f"there is no row for {shown('/'.join(key))}, which {rule.refers_to}.csv names."
            yield seed.fault(0, ", ".join(rule.columns), sentence)


def _refers_to(seed: SeedFile, rule: Rule, seeds: Seeds) -> Iterator[Fault]:
    if rule.refers_to not in seeds:
        return
    known = {key for _, key in _keys(seeds[rule.refers_to], rule.referred_columns)}
    for row, key in _keys(seed, rule.columns):
        if key not in known:
            sentence = nearest("/".join(key), ["/".join(other) for other in known])
            named = ", ".join(rule.columns)
            yield seed.fault(row.line, named, f"{rule.refers_to}.csv has no {shown('/'.join(key))}; {sentence}")


CHECKS: dict[str, Callable[[SeedFile, Rule, Seeds], Iterator[Fault]]] = {
    "not_null": _not_null,
    "unique": _unique,
    "one_row_per": _unique,
    "accepted_values": _accepted_values,
    "relationships": _relationships,
    "in_range": _in_range,
    "matches": _matches,
    "names_exactly": _names_exactly,
    "names_all_of": _names_all_of,
    "refers_to": _refers_to,
}
