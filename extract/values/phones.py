"""Reads phone numbers in fields and in prose, by libphonenumber's rules for the country."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter, itemgetter

import phonenumbers
from phonenumbers import (
    Leniency,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberMatch,
    PhoneNumberMatcher,
    ValidationResult,
)

from extract.found import Found
from extract.values.plain_numbers import read_plain_number
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts

LABEL_ENDS = r"(?:\s*(?:no|number|line|nr))?(?:\s+is)?\s*[.:)]*[\s(]*$"
SHARED = re.compile(
    rf"\b(?:(?:tele)?phone|tel|t)\W+(?:and\s|or\s)?\W*(?:fax|f){LABEL_ENDS}", re.IGNORECASE
)  # "Tel/Fax:"
FAX_BEFORE = re.compile(
    rf"(?:\b(?:tele)?fax|\bfacsimile|(?:^|[|,;/(\n])\s*f|\bf(?=\s*[.:])|传真|傳真|ファックス|ファクス|팩스|факс|φαξ|โทรสาร){LABEL_ENDS}",
    re.IGNORECASE,
)
# "0131 496 0001 (fax)"; but "0131 496 0001 Fax 0131 496 0002" labels the number that follows.
FAX_AFTER = re.compile(r"\s*(?:[(\[]\s*(?:tele)?fax\b|[-–:]?\s*(?:tele)?fax\s*(?:$|[,;/|.\n]))", re.IGNORECASE)
TELEPHONE_BEFORE = re.compile(
    rf"\b(?:phone|telephone|tel|t(?=\s*[.:])|call|office|reception|landline){LABEL_ENDS}", re.IGNORECASE
)
MOBILE_BEFORE = re.compile(rf"\b(?:mob|mobile|m(?=\s*[.:])|cell|whats ?app|text|sms){LABEL_ENDS}", re.IGNORECASE)
# PhoneNumberMatcher reads "A / B" as A alone. So a slash between two whole numbers becomes a comma.
# It also reads on over the end of a sentence: "030 23125 123. 50 m pool".
STROKE = re.compile(r"(?<=\d{4})\s*/\s*(?=[+(\d][\d\s()]{5})|(?<=\d{3})\.\s+(?=\d)")
ONE_NUMBER = re.compile(r"\+?[\d ().-]{7,20}")  # the usual form: the matcher is not needed
VANITY = re.compile(r"\+?[\d\s().-]{3,}[A-Z][A-Z\s-]{3,}", re.IGNORECASE)
ABROAD = re.compile(r"^\s*00(?=\s*[1-9])")  # the prefix in most countries, for an unknown country
PLUS = re.compile(r"\+1\s*\(?(?=0)|\+")
GOES_ON, SHORTEST = re.compile(r"[ /-]?\d{2}"), 6  # "08662" of "08662 555019"
LEAST_DIGITS = 9  # of a number outside all known ranges: shorter ones may be something else
# The labels of a number, in order of preference.
TELEPHONE, PLAIN, MOBILE, FAX = range(4)


def find_phones(text: str, country: str | None, *, is_field: bool = False) -> Iterator[Found]:
    """Numbers in E.164, without extensions, in the order of the text. Fax numbers are left out.

    A number in an unassigned range counts only in a field for phones.
    """
    for label, found in _labelled(text, country, is_field=is_field):
        if label != FAX:
            yield found


def _labelled(text: str, country: str | None, *, is_field: bool) -> Iterator[tuple[int, Found]]:
    behind = 0
    for match in _matches(STROKE.sub(lambda stroke: ",".ljust(len(stroke[0])), text), country):
        label = _label(text[behind : match.start], text[match.end :])
        behind = match.end
        if not is_field and GOES_ON.match(text, match.end) and len(str(match.number.national_number)) < SHORTEST:
            continue
        if is_field or phonenumbers.is_valid_number(match.number):
            yield label, Found(_e164(match.number), match.start, match.end)


def _matches(text: str, country: str | None) -> list[PhoneNumberMatch]:
    """Valid numbers, and other parts of the text with the length of a number."""
    plain = read_plain_number(text, country) if text.isdigit() else None
    matches = [] if plain and plain.is_invalid else list(PhoneNumberMatcher(text, country))
    rest = text
    for match in matches:
        rest = f"{rest[: match.start]}{';' * (match.end - match.start)}{rest[match.end :]}"
    if sum(map(str.isdigit, rest)) >= LEAST_DIGITS:
        matches += [
            match
            for match in PhoneNumberMatcher(rest, country, leniency=Leniency.POSSIBLE)
            if _is_long_enough(match.number) and (match.raw_string[0] in "0+(" or match.raw_string == text.strip())
        ]
    return sorted(matches, key=attrgetter("start"))


def _is_long_enough(number: PhoneNumber) -> bool:
    """A number of one digit alone stands for none: 000-000-0000."""
    if len(set(phonenumbers.national_significant_number(number))) == 1:
        return False
    is_possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return is_possible and len(phonenumbers.national_significant_number(number)) >= LEAST_DIGITS


def _label(before: str, after: str) -> int:
    if SHARED.search(before):
        return TELEPHONE
    if FAX_BEFORE.search(before) or FAX_AFTER.match(after):
        return FAX
    return TELEPHONE if TELEPHONE_BEFORE.search(before) else MOBILE if MOBILE_BEFORE.search(before) else PLAIN


@lru_cache(maxsize=50_000)  # the courts of a club share its number
def read_phones(text: str, country: str | None) -> Values:
    """The numbers of a field. A field may also join two numbers, use letters, or leave out the first 0."""
    if country not in phonenumbers.SUPPORTED_REGIONS:
        country, text = None, ABROAD.sub("+", text)
    if ONE_NUMBER.fullmatch(text) and (one := _one_number(text, country)):
        return Values((one,))
    text = re.sub(r"[\r\n]+", "; ", text)  # the matcher takes one line
    labelled = sorted(_labelled(text, country, is_field=True), key=itemgetter(0))
    numbers = tuple(dict.fromkeys(found.value for label, found in labelled if label != FAX))
    if labelled and not numbers:
        return Values(reason="fax")
    if not any(map(_is_valid, numbers)):
        numbers = tuple(_unmarked(text, country)) or numbers
    return Values(numbers, None if numbers else "no_number")


def _unmarked(text: str, country: str | None) -> Iterator[str]:
    is_bare = not re.search(r"[^\W\d_]", text)
    if not is_bare and not VANITY.fullmatch(text):
        return
    # A plus, or a +1 from a form, before a number in its national form.
    written, code = text.lstrip(), phonenumbers.country_code_for_region(country or "ZZ")
    is_of_elsewhere = not written.startswith(f"+{code}")
    at_home = [PLUS.sub("", written, count=1)] if is_of_elsewhere and PLUS.match(written) else []
    if number := next(filter(None, (_parsed(form, country) for form in (text, *at_home))), None):
        yield _e164(number)
    elif is_bare:
        yield from _glued(re.sub(r"[^\d+]", "", text), country)


def _glued(digits: str, country: str | None) -> Iterator[str]:
    """Split two joined numbers, if there is only one way: both parts begin as a number does."""
    parted = [
        (first, second)
        for cut in range(8, len(digits) - 7)
        if digits[cut] in "0+"
        and (first := _parsed(digits[:cut], country))
        and (second := _parsed(digits[cut:], country))
    ]
    if len(parted) == 1:
        yield from map(_e164, parted[0])


def _one_number(text: str, country: str | None) -> str | None:
    if (plain := read_plain_number(text, country)) and plain.number:
        return plain.number
    number = _parsed(text, country)
    return _e164(number) if number else None


def _is_valid(e164: str) -> bool:
    return _parsed(e164, None) is not None


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    if ONE_NUMBER.fullmatch(text) and (plain := read_plain_number(text, country)) and plain.is_invalid:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def find_phone(parts: Parts, country: str | None) -> Iterator[Reading]:
    """Find the place's own number. The number of an operator is that of a company in another town."""
    of_operator = {number for w in parts.get("operator", []) for number in read_phones(w.text or "", country).values}

    def read(text: str) -> Values:
        numbers, reason = read_phones(text, country)
        own = tuple(number for number in numbers if number not in of_operator)
        return Values(own, reason if own or not numbers else "operator")

    yield from first_readable("phone", parts.get("number", []), read)
