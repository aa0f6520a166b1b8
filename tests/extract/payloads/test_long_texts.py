"""A text longer than a search result is read in pieces, and its claims stay tied to its own characters."""

from __future__ import annotations

import pytest

from extract.payloads.long_texts import first_piece, with_later_pieces
from extract.schema import Claim, Extraction, QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from extract.text_paths import LONGEST_PIECE, MOST_PIECES
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)
QUERY = QueryContext("tennis edinburgh", None, None, "Edinburgh", ("tennis",), "GB")
FILLER = "The club is open to everybody who likes to play.\n" * 90  # longer than a piece


def read(snippet: str, title: str = "Braid Tennis Club") -> Extraction:
    record = TextRecord("pages", "1", "h", title, snippet, "https://braid.example/contact")
    return with_later_pieces(extract_by_rules(first_piece(record), QUERY, LEXICON), record, QUERY, LEXICON)


def kept(extraction: Extraction, field: str) -> list[str | None]:
    return [claim.value for claim in extraction.claims if claim.field_name == field and claim.is_kept]


def test_a_value_of_a_later_piece_is_found_at_its_characters():
    found = read("Tennis in Edinburgh.\n" + FILLER * 2 + "Tel: 0131 496 0123.\nTennis for all.")

    (phone,) = [claim for claim in found.claims if claim.field_name == "phone"]
    assert phone.value == "+441314960123"
    assert found.record.text[phone.start : phone.end] == phone.quote == "0131 496 0123"


def test_every_quote_is_at_its_characters():
    found = read(
        "Tennis in Edinburgh. Tel: 0131 496 0123.\n" + FILLER + "Open Mon-Fri 9am-5pm.\nEmail: us@braid.example"
    )

    quoted = [claim for claim in found.claims if claim.quote]
    assert {"website_url", "phone", "email", "entity_name"} <= {claim.field_name for claim in quoted}
    assert [c for c in quoted if found.record.text[c.start : c.end] != c.quote] == []


def test_an_earlier_piece_comes_first():
    found = read("Tennis in Edinburgh. Tel: 0131 496 0123.\n" + FILLER + "Tel: 0131 496 0999.")

    assert kept(found, "phone") == ["+441314960123"]


def test_a_contradiction_is_not_settled_by_a_later_piece():
    found = read("Tennis in Edinburgh. Tel: 0131 496 0123. Tel: 0131 496 0124.\n" + FILLER + "Tel: 0131 496 0999.")

    assert kept(found, "phone") == []


def test_a_piece_about_another_town_gives_nothing():
    found = read("Tennis in Edinburgh.\n" + FILLER + "Our courts in Glasgow.\nTel: 0141 496 0999.")

    assert kept(found, "phone") == []


def test_the_text_after_the_last_piece_is_not_read():
    found = read("Tennis in Edinburgh.\n" + "x " * (LONGEST_PIECE * MOST_PIECES // 2) + "Tel: 0131 496 0123.")

    assert kept(found, "phone") == []


@pytest.mark.parametrize("snippet", ["Tel: 0131 496 0123.", "", "x" * LONGEST_PIECE])
def test_a_short_text_is_its_own_first_piece(snippet):
    record = TextRecord("pages", "1", "h", "Braid", snippet, "https://braid.example")
    read_before = Extraction(record, "same", "", (Claim("phone", "1", "0131", 2, 6),))

    assert first_piece(record) == record
    assert with_later_pieces(read_before, record, QUERY, LEXICON) == read_before


@pytest.mark.parametrize(
    ("main", "footer", "kept_values"),
    [
        pytest.param("Six courts.", "Braid Tennis Club, 7 Dell Road, Edinburgh EH10 6AB", ["7 Dell Road"], id="own"),
        pytest.param(
            "9 Moor Lane, Edinburgh EH9 1AA.", "Braid, 7 Dell Road, Edinburgh EH10 6AB", ["9 Moor Lane"], id="two"
        ),
        pytest.param("Six courts.", "Braid, 7 Dell Road, Leeds LS1 1AA", [], id="head-office"),
        pytest.param("Six courts.", "Registered office: 7 Dell Road, Leeds LS1 1AA", [], id="registered"),
    ],
)
def test_the_footer_states_what_the_text_leaves_open(main, footer, kept_values):
    found = read(f"Tennis in Edinburgh. {main}\n\f{footer}")

    assert kept(found, "street_address") == kept_values
    assert [c for c in found.claims if c.quote and found.record.text[c.start : c.end] != c.quote] == []


def test_the_phone_of_a_footer_is_that_of_the_place_and_not_of_its_web_designer():
    assert kept(read("Tennis in Edinburgh.\n\fTel: 0131 496 0123"), "phone") == ["+441314960123"]
    assert kept(read("Tennis in Edinburgh.\n\fWebsite by Moor Media 0131 496 0123"), "phone") == []
    assert kept(read("Tennis in Edinburgh.\n\fTel: 0131 496 0123", title="Hall of another name"), "phone") == []
