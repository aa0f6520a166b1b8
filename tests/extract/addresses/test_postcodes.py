"""Postcodes are read despite common typing errors, and never guessed."""

import pytest

from extract.addresses.postal import country_of_code, distinct_grammars
from extract.addresses.postcodes import find_postcodes, read_postcode


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        pytest.param("EH15  1DR", "EH15 1DR", id="two-spaces"),
        pytest.param("eh151dr", "EH15 1DR", id="no-space"),
        pytest.param("EH15-1DR", "EH15 1DR", id="hyphen"),
        pytest.param("1 Gorse Row, Edinburgh EH15 1DR, UK", "EH15 1DR", id="inside-an-address"),
        pytest.param("EH1O IDR", "EH10 1DR", id="letters-for-digits"),
        pytest.param("0X1 1AA", "OX1 1AA", id="a-digit-for-a-letter"),
        pytest.param("EC1A 1BB", "EC1A 1BB", id="a-letter-that-belongs-there"),
        pytest.param("W1A 0AX", "W1A 0AX", id="one-letter-area"),
        pytest.param("EH15 1CK", None, id="impossible-last-letters"),
        pytest.param("EH15 1D0", None, id="a-digit-that-no-letter-explains"),
        pytest.param("G1R 0AA", None, id="impossible-letter-after-the-digit"),
        pytest.param("QH1 1AA", None, id="impossible-area"),
        pytest.param("EH15", None, id="half"),
        pytest.param("WR3J+8F Edinburgh", None, id="plus-code"),
    ],
)
def test_a_british_postcode_is_read_or_refused(written, postcode):
    assert read_postcode(written, "GB") == ((postcode,) if postcode else (), None if postcode else "no_postcode")


@pytest.mark.parametrize(
    ("written", "country", "postcode"),
    [
        pytest.param("15232-1234", "US", "15232-1234", id="zip"),
        pytest.param("m5v 3l9", "CA", "M5V 3L9", id="letters"),
        pytest.param("10119", None, "10119", id="no-country"),
        pytest.param("D-10435", "DE", "10435", id="german-prefix"),
        pytest.param("1012ab", "NL", "1012 AB", id="dutch"),
        pytest.param("NL-1012 AB", "NL", "1012 AB", id="dutch-prefix"),
        pytest.param("d02af30", "IE", "D02 AF30", id="eircode"),
        pytest.param("D6WF4E2", "IE", "D6W F4E2", id="eircode-of-one-district"),
        pytest.param("00950", "PL", "00-950", id="polish"),
        pytest.param("〒154-0023", "JP", "154-0023", id="japanese"),
        pytest.param("1540023", "JP", "154-0023", id="japanese-digits"),
        pytest.param("75 011", "FR", "75011", id="french-with-a-space"),
        pytest.param("10435 Berlin", "DE", "10435", id="with-its-town"),
        pytest.param("2139", "US", "02139", id="without-its-first-zero"),
        pytest.param("6000 ", "FR", "06000", id="french-without-its-first-zero"),
        pytest.param("155", "NO", "0155", id="norwegian-without-its-first-zero"),
        pytest.param("104", "DE", "104", id="not-of-the-grammar"),
    ],
)
def test_foreign_postcode_has_the_form_of_its_country(written, country, postcode):
    assert read_postcode(written, country).values == (postcode,)


def test_postcode_in_prose_is_not_corrected():
    assert [found.value for found in find_postcodes("Rows EH1O IDR and eh15 1dr", "GB")] == ["EH15 1DR"]


@pytest.mark.parametrize(
    ("text", "country", "codes"),
    [
        pytest.param("Kastanienallee 7, 10435 Berlin. Über 10000 Gäste", "DE", ["10435"], id="german"),
        pytest.param("Graben 21, 1010 Wien, seit 2019 in Wien", "AT", ["1010"], id="a-year-is-no-code"),
        pytest.param("350 Gorse Ave, New York, NY 10001. 10001 cups", "US", ["10001"], id="american"),
        pytest.param("Damrak 1, 1012 LG Amsterdam", "NL", ["1012 LG"], id="dutch"),
        pytest.param("Main St, Dublin 2, D02 AF30", "IE", ["D02 AF30"], id="irish"),
        pytest.param("1 Gorse St, Carlton VIC 3053", "AU", ["3053"], id="australian"),
        pytest.param("1 Gorse St, Auckland 1010", "NZ", ["1010"], id="new-zealand"),
        pytest.param("EH15 1DR", None, [], id="no-country"),
        pytest.param("EH15 1DR", "DE", [], id="of-another-country"),
    ],
)
def test_postcode_in_prose_is_beside_its_town(text, country, codes):
    assert [found.value for found in find_postcodes(text, country)] == codes


@pytest.mark.parametrize("text", ["1012 AB", "EH15 1DR", "M5V 3L9", "D02 AF30", "00-950", "1250-096"])
def test_a_distinct_code_shows_its_country_and_no_other(text):
    fitting = [grammar.country for grammar in distinct_grammars() if grammar.normal(text) == text]

    assert [country_of_code(text)] == fitting


@pytest.mark.parametrize("text", ["10435", "154-0023", "1010", "EH15", "2019", "OR 97209", ""])
def test_a_code_of_many_countries_shows_none(text):
    assert country_of_code(text) is None
