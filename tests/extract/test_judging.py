"""The text decides whether a value of the model is accepted."""

from collections import Counter

import pytest

from extract.judging import check_value
from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR
from tests.extract.grounding_cases import QUERY, Case, draw_cases

LEXICON = load_lexicon(SEEDS_DIR)
CASES = draw_cases()


def is_kept(case: Case) -> bool:
    claim = check_value(case.field, case.value, case.quote, case.record, QUERY, LEXICON)
    return claim is not None and claim.is_kept


def test_no_wrong_claim_is_accepted():
    wrong = [case for case in CASES if not case.is_right]

    accepted = [case for case in wrong if is_kept(case)]

    assert len(wrong) > 3000
    assert {"changed_digit_in_value", "changed_digit_in_quote", "weekday_in_value", "negation", "unit_in_value",
            "other_branch", "non_ascii", "homoglyph"} <= {case.kind for case in wrong}  # fmt: skip
    assert accepted == []


def test_harmless_spellings_are_accepted():
    right = [case for case in CASES if case.is_right]

    refused = [case for case in right if not is_kept(case)]

    assert len(right) > 1500
    assert len(refused) <= 0.01 * len(right), Counter(case.kind for case in refused)


def test_a_kept_claim_quotes_the_original_text_to_the_character():
    for case in CASES:
        claim = check_value(case.field, case.value, case.quote, case.record, QUERY, LEXICON)
        if claim and claim.is_kept:
            assert case.record.text[claim.start : claim.end] == claim.quote


def said(field: str, value: str, quote: str, snippet: str, **record: str) -> tuple[str, str | None]:
    """The verification and the value of the claim, or the reason of its rejection."""
    given = {"title": "Shore Tennis Club", "url": "https://shoretennis.example/", **record}
    text = TextRecord("serper", "r", "h", given["title"], snippet, given["url"])
    claim = check_value(field, value, quote, text, QUERY, LEXICON)
    assert claim is not None
    return (claim.verification or "", claim.null_reason if claim.verification == "rejected" else claim.value)


@pytest.mark.parametrize(
    ("field", "value", "quote", "snippet", "outcome"),
    [
        pytest.param(
            "phone", "0131 496 0123", "0131 496 0123", "Tel: 0131 496 0123.", ("verified", "+441314960123"), id="phone"
        ),
        pytest.param(
            "phone",
            "0131 496 0123",
            "0131 496 0123",
            "0131 496 0123 or 0131 496 0199.",
            ("rejected", "contradictory"),
            id="two-phones",
        ),
        pytest.param(
            "phone",
            "0131 496 0123",
            "0131 496 0123",
            "Leith: 0131 496 0123, Gorgie: 0131 496 0199",
            ("verified", "+441314960123"),
            id="ours-of-two-branches",
        ),
        pytest.param(
            "phone", "five courts", "five courts", "We have five courts.", ("rejected", "invalid_format"), id="no-phone"
        ),
        pytest.param("locality", "Leith", "Leith", "By the shore in Leith.", ("verified", "Leith"), id="locality"),
        pytest.param(
            "city", "Edinburgh", "Leith", "By the shore in Leith.", ("inferred", "Edinburgh"), id="city-of-an-area"
        ),
        pytest.param(
            "parking_available",
            "true",
            "parking",
            "Is there parking? Ask us.",
            ("rejected", "ungrounded_rejected"),
            id="question",
        ),
        pytest.param(
            "parking_available", "maybe", "parking", "Free parking.", ("rejected", "invalid_format"), id="no-yes-no"
        ),
        pytest.param(
            "wifi",
            "true",
            "free wifi",
            "Free wifi. No wifi on Sundays.",
            ("rejected", "contradictory"),
            id="contradicted",
        ),
        pytest.param(
            "wifi",
            "true",
            "Free wifi, no wifi",
            "Free wifi, no wifi.",
            ("rejected", "contradictory"),
            id="both-in-a-quote",
        ),
        pytest.param(
            "website_url",
            "https://other.example",
            "other.example",
            "See other.example.",
            ("rejected", "contradictory"),
            id="a-second-website",
        ),
        pytest.param(
            "website_url",
            "https://www.yell.com/shore",
            "www.yell.com/shore",
            "See www.yell.com/shore.",
            ("rejected", "other_entity"),
            id="a-directory-is-no-website",
        ),
        pytest.param(
            "instagram_url",
            "instagram.com/shore",
            "instagram.com/shore",
            "Follow instagram.com/shore",
            ("verified", "https://instagram.com/shore"),
            id="profile",
        ),
        pytest.param(
            "instagram_url",
            "https://evil.example/instagram.com",
            "evil.example/instagram.com",
            "evil.example/instagram.com",
            ("rejected", "invalid_format"),
            id="not-that-site",
        ),
        pytest.param(
            "entity_name",
            "Shore Tennis Club",
            "Shore Tennis Club",
            "A club.",
            ("verified", "Shore Tennis Club"),
            id="name",
        ),
        pytest.param(
            "entity_name",
            "Mega Casino",
            "Mega Casino",
            "Beside the Mega Casino.",
            ("rejected", "other_entity"),
            id="a-neighbour-s-name",
        ),
        pytest.param(
            "canonical_activities", "tennis", "tennis", "We offer tennis.", ("verified", "tennis"), id="activity"
        ),
        pytest.param(
            "canonical_activities",
            "quidditch",
            "tennis",
            "We offer tennis.",
            ("rejected", "invalid_format"),
            id="not-in-the-list",
        ),
        pytest.param(
            "canonical_activities",
            "golf",
            "tennis",
            "We offer tennis.",
            ("rejected", "ungrounded_rejected"),
            id="not-its-words",
        ),
        pytest.param(
            "canonical_activities",
            "squash",
            "no squash",
            "There is no squash here.",
            ("rejected", "negated"),
            id="denied",
        ),
        pytest.param(
            "canonical_access", "members", "members only", "Members only.", ("verified", "members"), id="access"
        ),
        pytest.param(
            "summary",
            "A tennis club in Leith with free parking.",
            "free parking",
            "Tennis in Leith, free parking.",
            ("inferred", "A tennis club in Leith with free parking."),
            id="summary",
        ),
        pytest.param(
            "summary",
            "The best club with a sauna.",
            "tennis",
            "Tennis in Leith.",
            ("rejected", "ungrounded_rejected"),
            id="summary-of-more-than-is-said",
        ),
        pytest.param(
            "summary",
            "A club with 9 courts.",
            "courts",
            "A club with 6 courts.",
            ("rejected", "ungrounded_rejected"),
            id="summary-with-another-number",
        ),
        pytest.param(
            "opening_hours",
            '{"mo": [["09:00", "17:00"]]}',
            "Mon-Tue 9am-5pm",
            "Open Mon-Tue 9am-5pm.",
            ("inferred", '{"mo": [["09:00", "17:00"]]}'),
            id="some-of-the-days",
        ),
        pytest.param(
            "opening_hours",
            '{"mo": [["09:00", "17:00"]], "su": [["09:00", "17:00"]]}',
            "Mon-Tue 9am-5pm",
            "Open Mon-Tue 9am-5pm.",
            ("rejected", "ungrounded_rejected"),
            id="a-day-too-many",
        ),
        pytest.param("opening_hours", "late", "late", "Open late.", ("rejected", "invalid_format"), id="no-hours"),
        pytest.param(
            "discovered_attributes",
            '{"pool": true}',
            "a pool",
            "There is a pool.",
            ("inferred", '{"pool": true}'),
            id="has",
        ),
        pytest.param(
            "discovered_attributes",
            '{"pool": true}',
            "no pool",
            "There is no pool.",
            ("rejected", "ungrounded_rejected"),
            id="has-not",
        ),
        pytest.param(
            "discovered_attributes",
            '{"five_a_side_pitches": 9}',
            "nine five-a-side pitches",
            "We have nine five-a-side pitches.",
            ("verified", '{"five_a_side_pitches": 9}'),
            id="number-in-a-name",
        ),
        pytest.param(
            "discovered_attributes", '{"a": 1, "b": 2}', "1", "1 and 2", ("rejected", "invalid_format"), id="two-keys"
        ),
        pytest.param("discovered_attributes", "[1]", "1", "1", ("rejected", "invalid_format"), id="no-object"),
    ],
)
def test_each_field_has_its_own_reader(field, value, quote, snippet, outcome):
    assert said(field, value, quote, snippet) == outcome


@pytest.mark.parametrize("nothing", ["n/a", "None", " ", "not mentioned", "unknown", "-", "[]"])
def test_a_value_that_says_nothing_is_no_claim(nothing):
    record = TextRecord("serper", "r", "h", "Shore", "Tel: 0131 496 0123.", "https://shore.example/")

    assert check_value("phone", nothing, "0131 496 0123", record, QUERY, LEXICON) is None


def test_repeated_quote_counts_where_it_supports_the_value():
    snippet = "There is no squash on Sundays. Squash courts for all."

    assert said("canonical_activities", "squash", "squash", snippet) == ("verified", "squash")


def test_a_site_that_a_directory_names_is_the_place_s_website():
    outcome = said(
        "website_url",
        "https://shore.example",
        "shore.example",
        "Visit shore.example.",
        url="https://www.yell.com/biz/1",
    )

    assert outcome == ("verified", "https://shore.example")


def test_a_value_of_another_city_belongs_to_another_place():
    outcome = said("phone", "0141 496 0123", "0141 496 0123", "Glasgow: 0141 496 0123")

    assert outcome == ("rejected", "other_entity")


def test_a_rejected_claim_keeps_what_was_offered():
    record = TextRecord("serper", "r", "h", "Shore", "A club.", "https://shore.example/")

    claim = check_value(
        "phone", "0131 496 0999", "Tel 0131 496 0999", record, QueryContext("q", None, None, "Edinburgh", ()), LEXICON
    )

    assert (claim.value, claim.quote, claim.start, claim.verification) == (
        "0131 496 0999", "Tel 0131 496 0999", None, "rejected",
    )  # fmt: skip


def test_a_quote_that_says_where_a_place_is_shows_a_place():
    snippet = "Find us at 7 Shore Place, EH6 6SW. Founded in 1890."

    assert said("entity_class", "place", "7 Shore Place, EH6 6SW", snippet) == ("inferred", "place")
    assert said("entity_class", "place", "Founded in 1890", snippet) == ("rejected", "ungrounded_rejected")
    assert said("entity_class", "event", "7 Shore Place, EH6 6SW", snippet) == ("rejected", "ungrounded_rejected")
