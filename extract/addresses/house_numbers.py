"""Reads house numbers, lists and ranges of them, and the units in front of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

ONE_NUMBER = r"[0-9]{1,6}(?:[A-Za-z](?:-[A-Za-z](?![^\W_]))?)?"  # 12, 12A, 12A-C
NUMBERS = re.compile(rf"(?:no\.? ?)?({ONE_NUMBER}(?:(?:\s*[-–/,;&+]\s*|\s+(?:and|to)\s+){ONE_NUMBER})*)", re.IGNORECASE)
BEFORE_STREET = re.compile(r",? +[^\W\d]{2}")
OF_FLOORS = r"\d?[FR]\d|[GBPT]F\d?|(?:ground|first|second|third|fourth|top|lower) floor"


@dataclass(frozen=True)
class Units:
    """The words for a part of a house: `Unit 4`, `Flat 3/2`, `2F1`."""

    words: tuple[str, ...]

    @cached_property
    def pattern(self) -> str:
        return rf"(?:(?:{'|'.join(map(re.escape, self.words))})\.? ?(?:no\.? )?#?(?!no\b)[\w/-]+|{OF_FLOORS})"

    @cached_property
    def alone(self) -> re.Pattern[str]:
        return re.compile(rf"{self.pattern}(?:,? {self.pattern})*", re.IGNORECASE)

    @cached_property
    def first(self) -> re.Pattern[str]:
        """`Unit 4 27 Osprey Way`, `2F1 10 Marine Street`."""
        return re.compile(rf"({self.pattern}),? (?=\d)", re.IGNORECASE)


def number_first(street: str, units: Units) -> str:
    """A street with its house numbers in one word: `12,14,16 High Street`, `1-10 Teasel Road`, `1/4 Loaning Road`."""
    unit = units.first.match(street)
    if unit:
        return f"{unit_name(unit[1])}, {number_first(street[unit.end() :], units)}"
    match = NUMBERS.match(street)
    if not match or not BEFORE_STREET.match(street, match.end()):
        return street
    return f"{house_number(match[1])} {street[match.end() :].lstrip(', ')}"


def house_number(text: str) -> str | None:
    """One number, a flat in it (`1/4`), a range (`1-10`) or a list (`1,3,5`). None if there is no number."""
    match = NUMBERS.match(text.strip())
    if not match or match.end() != len(text.strip()):
        return None
    if match[1].isdigit():
        return match[1]
    written = re.sub(r"\s*(?:[–-]|\bto\b)\s*", "-", match[1], flags=re.IGNORECASE)
    numbers = [number.upper() for number in re.split(r"\s*(?:[,;&+]|\band\b)\s*", written, flags=re.IGNORECASE)]
    return f"{numbers[0]}-{numbers[-1]}" if _follow(numbers) else ",".join(numbers).replace(" ", "")


def _follow(numbers: Iterable[str]) -> bool:
    """Whether there are three numbers or more, each one more than the last."""
    listed = list(numbers)
    is_counted = all(number.isdigit() for number in listed) and len(listed) > 2
    return is_counted and all(int(after) - int(before) == 1 for before, after in pairwise(listed))


def unit_name(text: str) -> str:
    return f"Unit {text}" if re.fullmatch(r"\d+\w?|[A-Za-z]", text) else text[:1].upper() + text[1:]
