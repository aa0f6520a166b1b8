from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from extract.values.plain_numbers import read_plain_number

KINDS = PhoneNumberType.values()[:9]
COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS)


def of_library(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    is_valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if is_valid else None


def numbers(count: int) -> Iterator[tuple[str, str | None]]:
    """Example numbers of all countries with some digits changed, dialled in several ways, some from elsewhere."""
    chance = random.Random(7)
    for _ in range(count):
        country = chance.choice(COUNTRIES)
        example = phonenumbers.example_number_for_type(country, chance.choice(KINDS))
        digits = phonenumbers.national_significant_number(example) if example else str(chance.randrange(10**9))
        kept = digits[: len(digits) - chance.randint(0, 5)]
        changed = kept + "".join(chance.choices("0123456789", k=len(digits) - len(kept) + chance.choice((0, 0, 0, 1))))
        code = phonenumbers.country_code_for_region(country)
        text = chance.choice(("", "0", f"+{code}", f"+{code}0", f"00{code}", "1", "8", "01", str(code))) + changed
        spaced = "".join(f"{digit}{chance.choice(('', '', '', ' ', '-', '.', ' ('))}" for digit in text)
        yield spaced, chance.choice((country, country, country, chance.choice(COUNTRIES), None))


def test_plain_numbers_are_what_the_library_reads() -> None:
    read = [(text, country, plain) for text, country in numbers(4000) if (plain := read_plain_number(text, country))]
    assert sum(plain.number is not None for _, _, plain in read) > 400
    assert sum(plain.is_invalid for _, _, plain in read) > 400
    for text, country, plain in read:
        assert plain.number in (None, of_library(text, country)), (text, country)
        assert not plain.is_invalid or of_library(text, country) is None, (text, country)


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0131 496 0001", "GB", "+441314960001"),
        ("+44 (0)131 496-0001", None, "+441314960001"),
        ("030 901820", "DE", "+4930901820"),
        ("(412) 555-2368", "US", "+14125552368"),
    ],
)
def test_usual_forms_need_no_library(text: str, country: str | None, number: str) -> None:
    plain = read_plain_number(text, country)
    assert plain
    assert plain.number == number


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("0131 496 0001 ext. 2", "GB"),
        ("0044 131 496 0001", "GB"),  # dialled from abroad
        ("49 30 901820", "DE"),  # perhaps with its calling code
        ("0131 496 0001", None),
        ("+999 123456", None),  # no country's code
        ("00000000", "GB"),
        ("٠١٣١٤٩٦٠٠٠١", "GB"),
    ],
)
def test_other_forms_are_left_to_the_library(text: str, country: str | None) -> None:
    assert read_plain_number(text, country) is None


def test_a_number_of_another_country_with_the_same_code_is_not_invalid() -> None:
    jersey = read_plain_number("01534 440000", "GB")
    assert jersey
    assert (jersey.number, jersey.is_invalid) == (None, False)
    assert of_library("01534 440000", "GB") == "+441534440000"
