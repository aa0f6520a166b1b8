"""Four questions about the clause that holds a value: whose, when, affirmed, whole?"""

import pytest

from extract.grounding import find_quote
from extract.schema import QueryContext, TextRecord
from extract.text.context import Context
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)
NAME = "Copper Lantern"


def scope(field: str, quote: str, snippet: str, title: str = NAME, city: str = "Bristol", country: str = "GB"):
    query = QueryContext(f"clubs {city}", None, None, city, (), country)
    record = TextRecord("serper", "r", "h", title, snippet, "https://copperlantern.example/")
    context = Context(record, query, LEXICON.for_query(query))
    span = find_quote(quote, context.text)
    assert span is not None
    return context.scope(field, span)


@pytest.mark.parametrize(
    ("quote", "snippet", "verdict"),
    [
        pytest.param("wifi", "We have wifi.", None, id="affirmed"),
        pytest.param("wifi", "No free coffee or wifi.", "negated", id="list-with-or"),
        pytest.param("wifi", "No lockers · wifi · showers", None, id="separated"),
        pytest.param("wifi", "No charge for wifi.", "unclear", id="another-noun-is-denied"),
        pytest.param("parking", "No parking problems here.", "unclear", id="another-head"),
        pytest.param("wifi", "We have wifi, but no lockers.", "unclear", id="denied-after-but"),
        pytest.param("wifi", "Not only wifi but also lockers.", None, id="not-only"),
        pytest.param("Parking", "Parking won't be available until 2031.", "negated", id="predicate"),
        pytest.param("Parking", "Parking is not free.", "unclear", id="only-a-quality"),
        pytest.param("Wifi", "Wifi: none. Tea: yes", "negated", id="answer"),
        pytest.param("Wifi", "Wifi ✗ | Lockers ✓", "negated", id="cross"),
        pytest.param("wifi", "What we don't have: wifi", "negated", id="label"),
        pytest.param("Wifi", "Wifi? No.", "negated", id="answered-question"),
        pytest.param("wifi", "Is there wifi?", "ungrounded_rejected", id="question"),
        pytest.param("wifi", "I wish they had wifi.", "ungrounded_rejected", id="wish"),
    ],
)
def test_a_denied_or_asked_feature_is_not_affirmed(quote, snippet, verdict):
    assert scope("wifi", quote, snippet) == verdict


@pytest.mark.parametrize(
    ("field", "quote", "snippet", "verdict"),
    [
        pytest.param("canonical_activities", "squash", "We used to offer squash.", "past", id="used-to"),
        pytest.param("canonical_activities", "squash", "Until 2019, there was squash.", "past", id="fronted"),
        pytest.param("canonical_activities", "squash", "Since 2019 we have taught squash.", None, id="since"),
        pytest.param("canonical_activities", "squash", "A former church, now home to squash.", "unclear", id="now"),
        pytest.param(
            "canonical_activities", "squash", "The squash hall was refurbished in 2019.", "unclear", id="improved"
        ),
        pytest.param("canonical_activities", "squash", "We plan to add squash.", "planned", id="plan"),
        pytest.param("canonical_activities", "squash", "You will love our squash.", None, id="you-will"),
        pytest.param("phone", "0117 496 0123", "Old number: 0117 496 0123", "past", id="old-number"),
        pytest.param(
            "street_address", "7 Elm Grove", "We have moved from 7 Elm Grove to 2 Ash Lane.", "past", id="left"
        ),
        pytest.param(
            "street_address", "2 Ash Lane", "We have moved from 7 Elm Grove to 2 Ash Lane.", None, id="moved-to"
        ),
        pytest.param("street_address", "2 Ash Lane", "Behind the old bakery, 2 Ash Lane.", None, id="old-landmark"),
        pytest.param("opening_hours", "Mon 9am-5pm", "From May open Mon 9am-5pm.", "planned", id="from-a-month"),
        pytest.param("discovered_attributes", "3 courts", "We had two tables; now we have 3 courts.", None, id="had"),
    ],
)
def test_the_past_and_the_future_are_not_now(field, quote, snippet, verdict):
    assert scope(field, quote, snippet) == verdict


@pytest.mark.parametrize(
    ("field", "quote", "snippet", "verdict"),
    [
        pytest.param("phone", "0117 496 0123", "Call us on 0117 496 0123.", None, id="ours"),
        pytest.param("phone", "0117 496 0123", "Taxi: 0117 496 0123", "other_subject", id="taxi"),
        pytest.param("phone", "0117 496 0123", "Fax 0117 496 0999, phone 0117 496 0123", None, id="after-a-fax"),
        pytest.param("phone", "0117 496 0123", "Marmalade: 0117 496 0123", "unclear", id="unknown-label"),
        pytest.param(
            "phone",
            "0117 496 0123",
            "The Bath branch is larger. Its number is 0117 496 0123.",
            "other_subject",
            id="its",
        ),
        pytest.param("email", "a@b.example", "Website by Pixel Barn, a@b.example", "other_subject", id="designer"),
        pytest.param("opening_hours", "Mon 9am-5pm", "Café open Mon 9am-5pm", "other_subject", id="a-part"),
        pytest.param("opening_hours", "Mon 9am-5pm", "Copper Lantern is open Mon 9am-5pm", None, id="by-name"),
        pytest.param("canonical_place_types", "gym", "Next door to the gym.", "other_subject", id="next-door"),
        pytest.param("canonical_place_types", "gym", "Next to the river: gym and tea.", "unclear", id="after-a-colon"),
        pytest.param(
            "parking_available", "parking", "Use the parking of our neighbours.", "other_subject", id="theirs"
        ),
        pytest.param("city", "Bath", "Ten minutes from Bath.", "other_subject", id="nearness"),
    ],
)
def test_a_clause_about_somebody_else_is_not_ours(field, quote, snippet, verdict):
    assert scope(field, quote, snippet) == verdict


def test_a_word_of_the_title_is_no_other_subject():
    assert scope("opening_hours", "Mon 9am-5pm", "Café open Mon 9am-5pm", title="Lantern Café") is None


def test_a_feature_for_some_people_is_a_part():
    assert scope("wifi", "Wifi", "Wifi for hotel guests only.") == "partial"


@pytest.mark.parametrize(
    ("country", "city", "snippet"),
    [
        pytest.param("DE", "Berlin", "Bei uns gibt es kein Squash.", id="german"),
        pytest.param("FR", "Lyon", "Pas de squash chez nous.", id="french"),
        pytest.param("ES", "Madrid", "No hay squash.", id="spanish"),
        pytest.param("IT", "Torino", "Non c'è squash.", id="italian"),
    ],
)
def test_a_denial_counts_in_the_languages_of_the_country(country, city, snippet):
    assert scope("canonical_activities", "squash", snippet, city=city, country=country) == "negated"


@pytest.mark.parametrize(
    ("field", "quote", "snippet", "verdict", "country"),
    [
        pytest.param("disabled_access", "Wheelchair accessible", "Wheelchair accessible entrance: no.", "negated", "GB",
                     id="label-goes-on"),
        pytest.param("parking_available", "Parking", "Parking for coaches: no.", "unclear", "GB", id="label-of-a-part"),
        pytest.param("parking_available", "Estacionamento", "Estacionamento: não tem.", "negated", "PT",
                     id="portuguese"),
        pytest.param("parking_available", "Parking", "Parking public à 100 m.", "other_subject", "FR", id="distance"),
        pytest.param("parking_available", "parking", "Coin parking 3 min walk.", "other_subject", "GB", id="walk"),
        pytest.param("parking_available", "Parking", "Parking max height 2 m.", None, "GB", id="height"),
        pytest.param("parking_available", "parcheggio", "Ampio parcheggio nelle vicinanze.", "other_subject", "IT",
                     id="beside"),
        pytest.param("canonical_activities", "Yoga", "Recommended: Fit Box, Queen Yoga.", "other_subject", "GB",
                     id="others"),
    ],
)  # fmt: skip
def test_labels_and_distances_say_whose_it_is(field, quote, snippet, verdict, country):
    assert scope(field, quote, snippet, country=country) == verdict
