"""No pattern over a text takes quadratic time: a text of this length would take minutes then."""

import pytest

from extract.addresses.streets import load_streets
from extract.scope.clauses import SEPARATOR
from extract.text.amounts.prices import PRICE
from extract.text.normalised import URL
from extract.text.prompt_injection import LONG_TOKEN, ONE_LETTER, SIGNS, UNSEEN
from extract.text.stated_values import SENTENCE_END
from extract.text.subject.names import IN_BRACKETS, PAGE_TAIL, SEPARATORS
from extract.values.emails import EMAIL
from orchestrate.settings import SEEDS_DIR

LENGTH = 100_000
STREETS = load_streets(
    SEEDS_DIR / "address_words.csv", SEEDS_DIR / "address_forms.csv", SEEDS_DIR / "abbreviations.csv"
)
PATTERNS = {
    "tags": UNSEEN,
    "emails": EMAIL,
    "urls": URL,
    "sentences": SENTENCE_END,
    "parts": SEPARATOR,
    "segments": SEPARATORS,
    "tails of titles": PAGE_TAIL,
    "brackets": IN_BRACKETS,
    "prices": PRICE,
    "long tokens": LONG_TOKEN,
    "spelled words": ONE_LETTER,
    **{f"signs {signs}": pattern for signs, pattern in SIGNS},
}
UNITS = ["a", "a.", "a-", "<a ", "..", "  ", "9am-", "x@", "=", "-", "#", "*", "(", "1,000"]


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_passes_once_over_a_long_run_of_its_characters(name):
    for unit in UNITS:
        text = (unit * LENGTH)[:LENGTH] + "\0"

        assert len(PATTERNS[name].findall(text)) <= LENGTH


@pytest.mark.parametrize("country", ["GB", "FR", "DE", "ES", "IT"])
def test_streets_are_looked_for_in_one_pass(country):
    for unit in ("A-", "A ", "1A, ", "rue de "):
        assert list(STREETS.find((unit * 20_000)[:20_000] + "\0", country)) == []
