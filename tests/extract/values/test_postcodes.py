"""Postcodes are read despite common typing errors, and never guessed."""

import pytest

from extract.values.postcodes import find_postcodes, read_postcode


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
    ],
)
def test_foreign_postcode_is_kept_as_written(written, country, postcode):
    assert read_postcode(written, country).values == (postcode,)


def test_postcode_in_prose_is_not_corrected():
    assert [found.value for found in find_postcodes("Rows EH1O IDR and eh15 1dr", "GB")] == ["EH15 1DR"]
