"""Reads phone numbers in their usual form by libphonenumber's data, several times faster than the library itself.

It answers only where the library's rules leave one way to read the digits. The library reads all other numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

NO_DIGITS = str.maketrans("", "", " ().-")
TRUNK = "0"
LONGEST_CODE = 3
KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail",
         "fixed_line", "mobile")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """The numbering plan of a country that is the main one of its calling code. The rest are patterns."""

    code: str
    number: re.Pattern[str]  # of any length, valid or not
    valid: re.Pattern[str]
    abroad: re.Pattern[str]  # a number begins with it to leave the country
    prefix: re.Pattern[str]  # a number begins with it within the country

    def national(self, digits: str) -> str | None:
        """The number without the trunk prefix, if it is valid and no other reading is possible."""
        prefix = self.prefix.match(digits)
        if prefix and (prefix[0] != TRUNK or any(prefix.groups()) or self.number.fullmatch(digits)):
            return None
        number = digits[prefix.end() :] if prefix else digits
        is_valid = number[:1] != TRUNK and self.number.fullmatch(number) and self.valid.fullmatch(number)
        return f"+{self.code}{number}" if is_valid else None


def read_plain_number(text: str, country: str | None) -> str | None:
    """A valid number in E.164, of a text that holds nothing but digits and their usual separators."""
    digits = text.translate(NO_DIGITS)
    if digits[:1] == "+":
        return _with_code(digits[1:])
    plan = _plan(country) if country and digits.isdigit() and digits.isascii() else None
    is_sure = plan and not plan.abroad.match(digits) and not digits.startswith(plan.code)
    return plan.national(digits) if plan and is_sure else None


def _with_code(digits: str) -> str | None:
    """No calling code is the beginning of another one."""
    if digits.isdigit() and digits.isascii() and digits[0] != TRUNK:
        for length in range(1, LONGEST_CODE + 1):
            if regions := COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length])):
                plan = _plan(regions[0])
                return plan and plan.national(digits[length:])
    return None


@lru_cache(maxsize=512)  # there are fewer countries
def _plan(country: str) -> Plan | None:
    metadata = PhoneMetadata.metadata_for_region(country, None)
    if not metadata or metadata.leading_digits or COUNTRY_CODE_TO_REGION_CODE[metadata.country_code][0] != country:
        return None
    kinds = filter(None, (_pattern(getattr(metadata, kind)) for kind in KINDS))
    return Plan(
        str(metadata.country_code),
        re.compile(metadata.general_desc.national_number_pattern),
        re.compile(rf"{_lengths(metadata.general_desc)}(?:{'|'.join(kinds) or '(?!)'})"),
        re.compile(metadata.international_prefix or r"(?!)"),
        re.compile(metadata.national_prefix_for_parsing or r"(?!)"),
    )


def _pattern(numbers: PhoneNumberDesc | None) -> str | None:
    """The numbers of a kind. The data gives their lengths besides the pattern."""
    if numbers is None or not numbers.national_number_pattern:
        return None
    return f"{_lengths(numbers)}(?:{numbers.national_number_pattern})"


def _lengths(numbers: PhoneNumberDesc) -> str:
    return f"(?={'|'.join(rf'.{{{length}}}$' for length in numbers.possible_length)})"
