"""A quote is in its text to the character, or it proves nothing."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.grounding import find_quote

TEXT = "Café “Ōmi” is at 12–14 Shore,\n Leith EH6 6QW. Tel: 0131 496 0123. Open 7.30am–10pm, £1,250 a year."


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("0131 496 0123", id="plain"),
        pytest.param("CAFÉ", id="case"),
        pytest.param("Cafe\u0301", id="unicode-form"),
        pytest.param("12-14 shore", id="dash"),
        pytest.param('"Ōmi"', id="quotation-marks"),
        pytest.param("Shore, Leith", id="line-break"),
        pytest.param("  EH6\u00a06QW ", id="no-break-space"),
        pytest.param("７.30am", id="full-width-digit"),
        pytest.param("L\u00adeith", id="soft-hyphen"),
    ],
)
def test_harmless_variants_are_found(quote):
    assert find_quote(quote, TEXT) is not None


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("0131 496 0124", id="changed-digit"),
        pytest.param("131 496 0123", id="digit-left-out"),
        pytest.param("0131 496 012", id="half-a-number"),
        pytest.param("EH6 6Q", id="half-a-postcode"),
        pytest.param("Lei", id="half-a-word"),
        pytest.param("Shore, EH6 6QW", id="words-left-out"),
        pytest.param("Leith Shore", id="swapped"),
        pytest.param("£1250 a year", id="comma"),
        pytest.param("Сafé", id="homoglyph"),
        pytest.param("5", id="what-was-a-power"),
        pytest.param("1", id="thousands-cut-off"),
        pytest.param("", id="empty"),
        pytest.param(" \n ", id="blank"),
    ],
)
def test_wrong_quote_is_refused(quote):
    assert find_quote(quote, TEXT) is None


def test_the_span_is_of_the_original_text():
    span = find_quote('"ōmi" is at 12-14 shore, leith', TEXT)

    assert TEXT[span.start : span.end] == "“Ōmi” is at 12–14 Shore,\n Leith"


def test_a_ligature_that_unfolds_keeps_the_offsets_right():
    text = "Oﬃce hours: ring 0131 496 0123"

    span = find_quote("0131 496 0123", text)

    assert text[span.start : span.end] == "0131 496 0123"


def test_the_first_whole_place_counts():
    assert find_quote("31", "0131 31 131").start == 5


WORDS = st.lists(st.text("abcéÉß0123456789£–“ﬁЖ", min_size=1, max_size=6), min_size=1, max_size=5)


def folded(text: str) -> str:
    """The folding in one line, without offsets. find_quote must agree with it."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(c) != "Cf")
    return " ".join(re.sub("[‐‑‒–—―−]", "-", plain).replace("“", '"').replace("’", "'").split())


@given(WORDS, WORDS, WORDS, st.sampled_from([" ", "\n", "\u00a0", "  \t"]))
def test_quote_is_found_with_its_offsets(before, quote, after, space):
    text = space.join([*before, *quote, *after])

    span = find_quote(" ".join(quote), text)

    assert span is not None
    assert folded(text[span.start : span.end]) == folded(" ".join(quote))


@given(WORDS, st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from(["NFC", "NFD", "NFKC"]))
def test_case_and_unicode_form_never_hide_a_quote(quote, change_case, form):
    text = unicodedata.normalize(form, change_case("At " + " ".join(quote) + ", Leith"))

    span = find_quote(" ".join(quote), text)

    assert span is not None
    assert folded(text[span.start : span.end]) == folded(" ".join(quote))


@given(st.text(max_size=40), st.text(max_size=80))
def test_a_span_folds_to_the_quote_in_any_text(quote, text):
    span = find_quote(quote, text)

    if span is not None:
        assert 0 <= span.start < span.end <= len(text)
        assert folded(text[span.start : span.end]) == folded(quote)


@given(st.from_regex(r"0[0-9]{3} [0-9]{3} [0-9]{4}", fullmatch=True), st.integers(0, 10), st.integers(1, 9))
def test_no_changed_digit_is_ever_accepted(phone, position, step):
    digits = [index for index, character in enumerate(phone) if character.isdigit()]
    at = digits[position]
    changed = f"{phone[:at]}{(int(phone[at]) + step) % 10}{phone[at + 1 :]}"

    assert find_quote(changed, f"Call {phone} to book.") is None


@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_a_number_is_only_itself(stated, quoted):
    assert (find_quote(str(quoted), f"There are {stated} members.") is not None) == (stated == quoted)
