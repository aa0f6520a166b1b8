"""The words of the seeds are found in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.folding import as_written, compact, fold, fold_each
from extract.text.lexicon import domain_label, load_lexicon
from extract.web.urls import host_of
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Tennis COURTS", ["tennis", "court"], id="case-and-plural"),
        pytest.param("Café Ōmi", ["cafe", "omi"], id="accents"),
        pytest.param("Arthur's / Arthur’s", ["arthur", "arthur"], id="apostrophes"),
        pytest.param("Five-a-side!", ["five", "a", "side"], id="punctuation"),
        pytest.param("libraries pitches boxes", ["library", "pitch", "box"], id="other-plurals"),
        pytest.param("bus gas tennis fitness", ["bus", "gas", "tennis", "fitness"], id="no-plurals"),
        pytest.param(" ,.- ", [], id="nothing"),
    ],
)
def test_words_are_folded(text, words):
    assert fold(text) == words


@given(st.text(max_size=60))
def test_folded_word_keeps_its_position(text):
    for word in fold_each(text):
        assert word.folded in fold(text[word.start : word.end])


@pytest.mark.parametrize(
    ("words", "text", "written"),
    [
        pytest.param(("gym",), "Our GYMS are open", "GYMS", id="plural"),
        pytest.param(("gym",), "Gymnastics only", None, id="no-part-of-a-word"),
        pytest.param(("library",), "Two libraries", "libraries", id="plural-that-changes-the-word"),
        pytest.param(("arthur", "seat"), "Up Arthur’s Seat, now", "Arthur’s Seat", id="apostrophe"),
        pytest.param(("cafe",), "Cafe\u0301 Leith", "Cafe\u0301", id="accent-as-a-character-of-its-own"),
        pytest.param(("leith",), "in 'Leith'.", "Leith", id="in-quotation-marks"),
    ],
)
def test_folded_words_are_found_as_written(words, text, written):
    assert as_written(words, text) == written


def test_spaces_and_case_do_not_matter_in_a_name():
    assert compact("Power League") == compact("POWERLEAGUE") == compact("power-league")


@pytest.mark.parametrize(
    ("text", "activities"),
    [
        pytest.param("Table tennis club", ["table_tennis"], id="longer-phrase"),
        pytest.param("Tennis and table tennis", ["tennis", "table_tennis"], id="both"),
        pytest.param("Padel tennis", ["padel"], id="padel-is-no-tennis"),
        pytest.param("A pool table", ["snooker"], id="no-swimming"),
        pytest.param("EV chargers", ["ev_charging"], id="plural"),
        pytest.param("Tennisball", [], id="no-part-of-a-word"),
    ],
)
def test_longest_phrase_names_the_activity(text, activities):
    assert [mention.what for mention in LEXICON.category_mentions("canonical_activities", text)] == activities


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        pytest.param("in Leith, Edinburgh", ["Leith", "Edinburgh"], id="both"),
        pytest.param("on Leith Walk", ["Leith"], id="alias-counts-once"),
        pytest.param("at Edinburgh Park", ["Gyle"], id="the-city-inside-a-longer-name"),
        pytest.param("Leithen Water", [], id="no-part-of-a-word"),
        pytest.param("EH6 6QW", [], id="postcodes-are-no-names"),
    ],
)
def test_areas_are_found_by_every_name(text, areas):
    assert sorted(area.name for area in LEXICON.areas_in(text)) == sorted(areas)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        pytest.param("facebook.com", "social", id="itself"),
        pytest.param("en-gb.facebook.com", "social", id="below"),
        pytest.param("notfacebook.com", None, id="only-alike"),
        pytest.param("", None, id="none"),
    ],
)
def test_a_hosts_kind_is_that_of_its_domain(host, kind):
    assert LEXICON.domain_kind(host) == kind


@pytest.mark.parametrize(
    ("url", "host", "label"),
    [
        pytest.param("https://www.Powerleague.com/x", "powerleague.com", "powerleague", id="com"),
        pytest.param("https://thegrange.co.uk/", "thegrange.co.uk", "thegrange", id="co-uk"),
        pytest.param("http://[broken", "", "", id="broken"),
        pytest.param("", "", "", id="none"),
    ],
)
def test_a_link_has_a_host_and_a_label(url, host, label):
    assert (host_of(url), domain_label(url)) == (host, label)
