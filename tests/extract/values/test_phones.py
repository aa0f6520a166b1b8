"""Phone numbers are read in fields and in prose, without wrong numbers, fax numbers or extensions."""

import pytest

from extract.values.phones import find_phones, read_phones

HALL, DESK, MOBILE = "+441314960131", "+441314960132", "+447700900131"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        pytest.param("0131 496 0131", [HALL], id="national"),
        pytest.param("+44 131 496 0131 / +44 7700 900131", [HALL, MOBILE], id="stroke"),
        pytest.param("0131 496 0131,01314960132", [HALL, DESK], id="comma"),
        pytest.param("0131 496 0131;0131 496 0132;", [HALL, DESK], id="semicolon"),
        pytest.param("0131 496 0131 or 0131 496 0132", [HALL, DESK], id="or"),
        pytest.param("0131 496 0131|0131 496 0132", [HALL, DESK], id="bar"),
        pytest.param("0131 496 0131\n0131 496 0132", [HALL, DESK], id="line"),
        pytest.param("0131 496 0131/2", [HALL], id="last-digit-of-another"),
        pytest.param("0131 496 01310131 496 0132", [HALL, DESK], id="glued"),
        pytest.param("+441314960131+441314960132", [HALL, DESK], id="glued-with-a-plus"),
        pytest.param("0131 496 0131 ext 23", [HALL], id="extension"),
        pytest.param("0131 496 0131x23", [HALL], id="extension-x"),
        pytest.param("0131 496 0131 #23", [HALL], id="extension-hash"),
        pytest.param("0131 496 0131 (ext. 23)", [HALL], id="extension-in-brackets"),
        pytest.param("+44 (0)131 496 0131", [HALL], id="trunk-zero-in-brackets"),
        pytest.param("+44 0131 496 0131", [HALL], id="trunk-zero"),
        pytest.param("0044 131 496 0131", [HALL], id="double-zero"),
        pytest.param("44 131 496 0131", [HALL], id="no-plus"),
        pytest.param("tel:+44-131-496-0131;ext=23", [HALL], id="uri"),
        pytest.param("131 496 0131", [HALL], id="no-trunk-zero"),
        pytest.param("0800 FLOWERS", ["+448003569377"], id="letters"),
        pytest.param("07700 900131", [MOBILE], id="an-unassigned-range"),
        pytest.param("mob 07700 900131, tel 0131 496 0131", [HALL, MOBILE], id="telephone-before-mobile"),
        pytest.param("Tel/Fax: 0131 496 0131", [HALL], id="one-line-for-both"),
        pytest.param("T 0131 496 0131 | F 0131 496 0132", [HALL], id="initials"),
        pytest.param("0131 496 0132 (fax), 0131 496 0131", [HALL], id="fax-first"),
        pytest.param("+33 1 23 45 67 89", ["+33123456789"], id="abroad"),
    ],
)
def test_a_field_gives_each_number_it_holds(written, numbers):
    assert read_phones(written, "GB").values == tuple(numbers)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("yes", "no_number", id="yes"),
        pytest.param("+44 131 496", "no_number", id="too-few-digits-behind-the-country-code"),
        pytest.param("999", "no_number", id="too-short"),
        pytest.param("0131 496 0132 24h", "no_number", id="more-digits-than-a-number"),
        pytest.param("+44 20", "no_number", id="half"),
        pytest.param("0000 000 0000", "no_number", id="zeros-for-none"),
        pytest.param("11111 111111", "no_number", id="one-digit-for-none"),
        pytest.param("Fax 0131 496 0132", "fax", id="fax"),
        pytest.param("0131 496 0132 (fax)", "fax", id="fax-behind"),
    ],
)
def test_invalid_phone_has_a_reason(written, reason):
    assert read_phones(written, "GB") == ((), reason)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("Court hire: tel 0131 496 0131. Fax: 0131 496 0132.", [HALL], id="tel-and-fax"),
        pytest.param("T: 0131 496 0131 F: 0131 496 0132", [HALL], id="initials"),
        pytest.param("Mobile: 07700 900131", [], id="an-unassigned-range"),
        pytest.param("Ring 0131 496 0131 ext 4.", [HALL], id="extension"),
        pytest.param("Open 2012-2013 for 12 34 56 789 people, ref 1234567890", [], id="other-digits"),
        ("The fax number is 0131 496 0131.", []),
        ("(F) 0131 496 0131", []),
        ("Telephone and fax: 0131 496 0131", [HALL]),
    ],
)
def test_prose_gives_the_phones_in_it(text, numbers):
    assert [found.value for found in find_phones(text, "GB")] == numbers


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        pytest.param("(412) 683-1003", "US", "+14126831003", id="no-trunk-digit"),
        pytest.param("1-412-683-1003", "US", "+14126831003", id="trunk-digit"),
        pytest.param("07435 581930", "AT", "+437435581930", id="trunk-zero"),
        pytest.param("00 43 7435 581930", "XX", "+437435581930", id="unknown-country"),
        pytest.param("+107435581930", "AT", "+437435581930", id="a-form-s-own-plus-one"),
        pytest.param("+10254674400", "FR", "+33254674400", id="a-plus-one-that-could-be-of-america"),
        pytest.param("+1 555 010 0999", "GB", "+15550100999", id="an-unassigned-number-of-america"),
        pytest.param("+07435 581930", "AT", "+437435581930", id="plus-before-the-trunk-zero"),
        pytest.param("+43 7435 581930", None, "+437435581930", id="no-country"),
    ],
)
def test_country_decides_how_numbers_are_parsed(written, country, number):
    assert read_phones(written, country).values == (number,)
