"""Reads phone numbers in their usual form by libphonenumber's data, several times faster than the library itself.

It answers only where the library's rules leave one way to read the digits. The library reads all other numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

SEPARATORS = str.maketrans("", "", " ().-")
TRUNK = "0"
LONGEST_CODE = 3
KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail",
         "fixed_line", "mobile")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """The numbering plan of a calling code, as its main country dials. All but the code are patterns."""

    code: str
    number: re.Pattern[str]  # of any length, valid or not
    valid: re.Pattern[str]
    valid_elsewhere: re.Pattern[str]  # in the other countries with this code
    abroad: re.Pattern[str]  # a number begins with it to leave the country
    prefix: re.Pattern[str]  # a number begins with it within the country


@dataclass(frozen=True)
class Dialled:
    """Digits without calling code, which have the plan's trunk prefix or no prefix."""

    plan: Plan
    digits: str

    @property
    def without_trunk(self) -> str:
        return self.digits.removeprefix(TRUNK) if self.plan.prefix.match(self.digits) else self.digits

    @property
    def number(self) -> str | None:
        """In E.164, if it is valid in the main country."""
        number, plan = self.without_trunk, self.plan
        is_number = plan.number.fullmatch(number) and plan.valid.fullmatch(number)
        is_sure = number[0] != TRUNK and (number is self.digits or not plan.number.fullmatch(self.digits))
        return f"+{plan.code}{number}" if is_number and is_sure else None

    @property
    def is_invalid(self) -> bool:
        """Whether it is valid neither with the trunk prefix nor without it, in any country of the calling code."""
        patterns = (self.plan.valid, self.plan.valid_elsewhere)
        return not any(pattern.fullmatch(form) for form in (self.digits, self.without_trunk) for pattern in patterns)


def read_plain_number(text: str, country: str | None) -> Dialled | None:
    """The digits of a text that holds nothing but them and their usual separators."""
    digits = text.translate(SEPARATORS)
    if not digits[1:].isdigit() or not digits.isascii():
        return None
    if digits[0] == "+":
        return _with_code(digits[1:])
    plan = _plan(country) if country and digits[0].isdigit() else None
    is_national = plan and not plan.abroad.match(digits) and not digits.startswith(plan.code)
    return _dialled(plan, digits) if plan and is_national else None


def _with_code(digits: str) -> Dialled | None:
    """No calling code is the beginning of another one."""
    for length in range(1, LONGEST_CODE + 1):
        if regions := COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length])):
            plan = _plan(regions[0]) if digits[0] != TRUNK else None
            return _dialled(plan, digits[length:]) if plan else None
    return None


def _dialled(plan: Plan, digits: str) -> Dialled | None:
    prefix = plan.prefix.match(digits)
    is_usual = not prefix or (prefix[0] == TRUNK and not any(prefix.groups()))
    return Dialled(plan, digits) if is_usual and digits.strip(TRUNK) else None


@lru_cache(maxsize=512)  # there are fewer countries
def _plan(country: str) -> Plan | None:
    main = PhoneMetadata.metadata_for_region(country, None)
    code = main.country_code if main and not main.leading_digits else None
    first, *others = COUNTRY_CODE_TO_REGION_CODE[code] if code else ("",)
    if main is None or first != country:
        return None
    known = [metadata for other in others if (metadata := PhoneMetadata.metadata_for_region(other, None))]
    return Plan(
        str(code),
        re.compile(_pattern(main.general_desc)),
        re.compile(_valid(main)),
        re.compile("|".join(map(_valid, known)) or NEVER),
        re.compile(main.international_prefix or NEVER),
        re.compile(main.national_prefix_for_parsing or NEVER),
    )


def _valid(metadata: PhoneMetadata) -> str:
    """A pattern of the numbers of all kinds."""
    general = metadata.general_desc
    kinds = "|".join(f"{_lengths(kind)}(?:{_pattern(kind)})" for kind in (getattr(metadata, name) for name in KINDS))
    return f"(?=(?:{_pattern(general)})$){_lengths(general)}(?:{kinds})"


def _pattern(numbers: PhoneNumberDesc | None) -> str:
    return (numbers and numbers.national_number_pattern) or NEVER


def _lengths(numbers: PhoneNumberDesc | None) -> str:
    """The data gives the lengths of numbers besides their pattern."""
    return f"(?={'|'.join(f'.{{{length}}}$' for length in (numbers.possible_length if numbers else ()))})"


NEVER = r"(?!)"
