"""Each parser finds the stated values in their normal form, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.geography.gazetteer import load_gazetteer
from extract.hours.stated_week import DAYS
from extract.scope.cues import load_scope_words
from extract.text.amounts.counted import load_counted_things
from extract.text.normalised import finders_of
from orchestrate.settings import SEEDS_DIR

FINDERS = finders_of(
    "GB",
    (),
    load_gazetteer(SEEDS_DIR).streets,
    load_scope_words(SEEDS_DIR / "scope_words.csv"),
    load_counted_things(SEEDS_DIR / "counted_things.csv"),
)


def found(field: str, text: str) -> list[str]:
    return [hit.value for hit in FINDERS[field](text)]


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        pytest.param("Tel: 0131 496 0123.", ["+441314960123"], id="national"),
        pytest.param("(0131) 496 0123", ["+441314960123"], id="brackets"),
        pytest.param("+44 (0)131 496 0123", ["+441314960123"], id="plus-and-zero"),
        pytest.param("Ring 0131 496 01234567", [], id="too-long"),
        pytest.param("Members since 2019-2024", [], id="years"),
        pytest.param("0131-496-0123", ["+441314960123"], id="dashes"),
        pytest.param("0044 131 496 0123", ["+441314960123"], id="double-zero"),
        pytest.param("01314960123", ["+441314960123"], id="no-spaces"),
        pytest.param("0131\u00a0496\u00a00123", ["+441314960123"], id="no-break-spaces"),
        pytest.param("+1 212 555 0123", ["+12125550123"], id="another-country"),
        pytest.param("0131 496 O123", [], id="letter-o"),
        pytest.param("0131 XXX XXXX", [], id="hidden"),
        pytest.param("00000 000000", [], id="zeros"),
        pytest.param("N/A", [], id="placeholder"),
        pytest.param("01.01.2024 02:00", [], id="date-and-time"),
        pytest.param("0131 496 0123 or 0131 496 0124", ["+441314960123", "+441314960124"], id="two"),
    ],
)
def test_phones_are_in_e164(text, phones):
    assert found("phone", text) == phones


@pytest.mark.parametrize(
    ("text", "postcodes"),
    [
        pytest.param("Leith EH6 6QW", ["EH6 6QW"], id="plain"),
        pytest.param("leith eh66qw", ["EH6 6QW"], id="no-space"),
        pytest.param("EC1A 1BB", ["EC1A 1BB"], id="london"),
        pytest.param("EH6\u00a06QW", ["EH6 6QW"], id="no-break-space"),
        pytest.param("EH66QWX", [], id="longer-word"),
        pytest.param("ZZ99 9ZZ", [], id="no-such-area"),
        pytest.param("AB1 0CD", [], id="no-such-ending"),
        pytest.param("an Audi A1 2TV", [], id="no-area-of-one-such-letter"),
        pytest.param("Route M8 3 lanes", [], id="motorway"),
    ],
)
def test_postcodes(text, postcodes):
    assert found("postcode", text) == postcodes


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        pytest.param(
            "Open Mon-Fri 7am-10.30pm", {d: [["07:00", "22:30"]] for d in ("mo", "tu", "we", "th", "fr")}, id="range"
        ),
        pytest.param("Sat & Sun: 9am to 6pm", {"sa": [["09:00", "18:00"]], "su": [["09:00", "18:00"]]}, id="two-days"),
        pytest.param(
            "Daily 6:30-22:00",
            {d: [["06:30", "22:00"]] for d in ("mo", "tu", "we", "th", "fr", "sa", "su")},
            id="daily",
        ),
        pytest.param(
            "Weekdays 9.30am to 9pm; weekends 9am to 6pm",
            {
                **{key: [["09:30", "21:00"]] for key in ("mo", "tu", "we", "th", "fr")},
                **{key: [["09:00", "18:00"]] for key in ("sa", "su")},
            },
            id="weekdays-and-weekends",
        ),
        pytest.param("Open 24/7", {key: [["00:00", "24:00"]] for key in DAYS}, id="always"),
        pytest.param("Open 10am to 6pm daily", {key: [["10:00", "18:00"]] for key in DAYS}, id="days-last"),
        pytest.param("Sat noon-midnight", {"sa": [["12:00", "24:00"]]}, id="noon-and-midnight"),
        pytest.param("Sun 8 a.m. – 8 p.m.", {"su": [["08:00", "20:00"]]}, id="with-stops"),
        pytest.param(
            "Fri-Mon 10am-4pm", {d: [["10:00", "16:00"]] for d in ("mo", "fr", "sa", "su")}, id="over-the-weekend"
        ),
        pytest.param("Mon 9am-12.30pm and 1.30pm-5pm", {"mo": [["09:00", "12:30"], ["13:30", "17:00"]]}, id="lunch"),
        pytest.param("Mon 9am-5pm Mon 9am-5pm", {"mo": [["09:00", "17:00"]]}, id="said-twice"),
        pytest.param("Mon 9am-5pm, 10-12 High Street", {"mo": [["09:00", "17:00"]]}, id="then-an-address"),
        pytest.param(
            "Tue and Thu to Sat 9am-5pm",
            {d: [["09:00", "17:00"]] for d in ("tu", "th", "fr", "sa")},
            id="day-and-range",
        ),
        pytest.param("Sat 9-5pm", {"sa": [["09:00", "17:00"]]}, id="nine-can-only-be-in-the-morning"),
        pytest.param("Sat 8pm-12am", {"sa": [["20:00", "24:00"]]}, id="to-twelve-at-night"),
        pytest.param("Fri 10pm-2am", {"fr": [["22:00", "02:00"]]}, id="past-midnight"),
        pytest.param("Mon 09:00-24:00", {"mo": [["09:00", "24:00"]]}, id="to-midnight"),
        pytest.param("Mon 9am-12pm, Mon 1pm-5pm", {"mo": [["09:00", "12:00"], ["13:00", "17:00"]]}, id="twice-a-day"),
        pytest.param(
            "Friday 9AM–12PM, 1–6PM", {"fr": [["09:00", "12:00"], ["13:00", "18:00"]]}, id="one-pm-after-a-morning"
        ),
        pytest.param(
            "Open every day except Monday 11am-3pm", {d: [["11:00", "15:00"]] for d in DAYS[1:]}, id="every-day-but-one"
        ),
        pytest.param(
            "Daily 11am-3pm (except Mondays)",
            {d: [["11:00", "15:00"]] for d in DAYS[1:]},
            id="except-after-the-hours",
        ),
        pytest.param(
            "Mon-Sun 9am-5pm, closed Thursdays",
            {d: [["09:00", "17:00"]] for d in DAYS if d != "th"},
            id="every-day-and-one-closed",
        ),
        pytest.param(
            "Shut on Mondays. Open daily 10am to 4pm.", {d: [["10:00", "16:00"]] for d in DAYS[1:]}, id="closed-before"
        ),
        pytest.param(
            "Mon-Wed 10:00-16:00 (Tue until 19:00)",
            {"mo": [["10:00", "16:00"]], "tu": [["10:00", "19:00"]], "we": [["10:00", "16:00"]]},
            id="one-day-until-later",
        ),
        pytest.param(
            "Mon-Wed 10am-4pm, until 8pm on Tuesdays",
            {"mo": [["10:00", "16:00"]], "tu": [["10:00", "20:00"]], "we": [["10:00", "16:00"]]},
            id="until-later-on-one-day",
        ),
        pytest.param("Sat & Sun only 10am-4pm", {d: [["10:00", "16:00"]] for d in ("sa", "su")}, id="only"),
        pytest.param(
            "Fri 6am-9pm, Sat/Sun/BH 9am-5pm",
            {"fr": [["06:00", "21:00"]], "sa": [["09:00", "17:00"]], "su": [["09:00", "17:00"]]},
            id="holidays-are-left-aside",
        ),
        pytest.param(
            "Mon, Tue 9am-5pm, Wed closed, Thu 9am-5pm (closed bank holidays)",
            {d: [["09:00", "17:00"]] for d in ("mo", "tu", "th")},
            id="closed-among-the-days",
        ),
        pytest.param(
            "8am-4pm Mon-Fri, 9am-1pm Sat",
            {**{d: [["08:00", "16:00"]] for d in DAYS[:5]}, "sa": [["09:00", "13:00"]]},
            id="days-last-twice",
        ),
        pytest.param("Open 24 hours, every day", {d: [["00:00", "24:00"]] for d in DAYS}, id="all-hours-of-every-day"),
        pytest.param(
            "Squash classes Mon 6pm-7pm. Open daily 9am-9pm.",
            {d: [["09:00", "21:00"]] for d in DAYS},
            id="beside-those-of-a-class",
        ),
        pytest.param("Mon 9am-9pm, last entry 8pm", {"mo": [["09:00", "21:00"]]}, id="last-entry"),
    ],
)
def test_hours_in_prose_become_one_week(text, hours):
    assert [json.loads(value) for value in found("opening_hours", text)] == [hours]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mon-Fri 9 to 5", id="five-in-the-morning-or-not"),
        pytest.param("Open late on Fridays", id="no-times"),
        pytest.param("Mon 25:00-26:00", id="no-such-time"),
        pytest.param("Mon 24:30-25:00", id="past-the-last-minute"),
        pytest.param("Mon 13am-14pm", id="thirteen-in-the-morning"),
        pytest.param("Mon-Fri 6-10pm", id="six-in-the-morning-or-the-evening"),
        pytest.param("Bring money 9am-5pm", id="a-word-that-begins-like-a-day"),
        pytest.param("Mon 9am-5pm. Mon 10am-9pm", id="two-that-overlap"),
        pytest.param("Mon-Fri 6-10", id="morning-or-evening"),
        pytest.param("In winter open Mon-Fri 9am-5pm.", id="of-a-season"),
        pytest.param("Summer: Mon-Fri 9am-5pm", id="under-the-name-of-a-season"),
        pytest.param("Mon-Fri 9am-5pm (summer)", id="season-behind"),
        pytest.param("Mon-Fri 9am-5pm, closed Wednesday afternoons", id="closed-half-a-day"),
        pytest.param("April to October: daily 9am-5pm", id="of-some-months"),
        pytest.param("Not open Mondays in term time. Otherwise 9.30am-5.30pm daily.", id="in-term-time"),
        pytest.param("Mon-Fri 9am-5pm, Sat from 10am", id="a-day-without-its-end"),
        pytest.param("Mon-Fri 9am-5pm, Sat by appointment", id="a-day-by-appointment"),
        pytest.param("Mon-Fri 9am-5pm. Late night Thursday.", id="a-day-that-is-longer"),
        pytest.param("Open Sat & Sun only. Doors 10am-4pm daily.", id="contradiction"),
        pytest.param("Sunday until 7pm. Mon-Sun 9am-5pm.", id="an-exception-before-what-it-changes"),
        pytest.param("Mon-Fri 9am-5pm. The club says: open until 10pm.", id="until-another-time"),
        pytest.param("Tue 9am-5pm, closed Tuesdays", id="open-and-closed"),
        pytest.param("Temporarily closed. Mon-Fri 9am-5pm", id="closed"),
        pytest.param("Daily 9am-5pm. Sun 10am-4pm", id="two-for-a-day"),
        pytest.param("8am-4pm Mon-Fri, Sat 9am-1pm", id="in-two-orders"),
        pytest.param("Camps run Monday to Friday 9am-3pm", id="of-a-camp"),
        pytest.param("Reception is staffed 9am-5pm Mon to Fri.", id="of-the-reception"),
        pytest.param("public skating 2pm-4pm daily", id="of-a-session"),
        pytest.param("We play every Tuesday, 8pm to 10pm.", id="of-a-club-night"),
    ],
)
def test_ambiguous_hours_give_no_value(text):
    assert found("opening_hours", text) == []


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        pytest.param("parking_available", "Free parking for members", ["true"], id="stated"),
        pytest.param("parking_available", "No parking on site", ["false"], id="denied"),
        pytest.param("parking_available", "A large car club", [], id="silent"),
        pytest.param("wifi", "Free Wi-Fi", ["true"], id="wifi"),
        pytest.param("disabled_access", "not wheelchair accessible", ["false"], id="negation"),
        pytest.param("disabled_access", "not fully wheelchair accessible", ["false"], id="negation-with-a-degree"),
        pytest.param("disabled_access", "step free access", ["true"], id="no-hyphen"),
        pytest.param("parking_available", "There is no free parking", ["false"], id="denied-with-an-adjective"),
        pytest.param("parking_available", "Parking isn't allowed", ["false"], id="denied-after"),
        pytest.param("parking_available", "No charge for parking", ["true"], id="what-is-denied-is-the-charge"),
        pytest.param("parking_available", "No café, parking for 20", ["true"], id="denied-in-another-clause"),
        pytest.param("parking_available", "Is there parking? Ask us.", [], id="question"),
        pytest.param("parking_available", "A small car park at the gate", ["true"], id="car-park"),
        pytest.param("disabled_access", "Not suitable for wheelchairs", ["false"], id="not-suitable"),
        pytest.param("disabled_access", "Level access throughout", ["true"], id="level"),
        pytest.param("parking_available", "Parking. No parking for coaches.", ["true", "false"], id="contradiction"),
        pytest.param("wifi", "wifi is not available", ["false"], id="wifi-denied-after"),
        pytest.param("wifi", "a hi-fi system", [], id="hi-fi"),
    ],
)
def test_a_boolean_is_true_or_false_only_as_stated(field, text, values):
    assert found(field, text) == values


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param("six squash courts", [{"squash_courts": 6}], id="word"),
        pytest.param(
            "3 floodlit tennis courts and 2 padel courts", [{"tennis_courts": 3}, {"padel_courts": 2}], id="two"
        ),
        pytest.param("nine five-a-side pitches", [{"five_a_side_pitches": 9}], id="pitches"),
        pytest.param("3 table tennis courts", [{"table_tennis_courts": 3}], id="no-tennis"),
        pytest.param("several tennis courts", [], id="no-number"),
        pytest.param("6 tennis courts. Book one of 8 tennis courts.", [], id="two-numbers-for-one-thing"),
        pytest.param(
            "6 indoor tennis courts and 8 outdoor tennis courts",
            [{"indoor_tennis_courts": 6}, {"outdoor_tennis_courts": 8}],
            id="two-kinds",
        ),
        pytest.param("27 rooms and 12 beds", [{"rooms": 27}, {"beds": 12}], id="rooms"),
        pytest.param("a 120-bed hospital", [{"beds": 120}], id="hyphen"),
        pytest.param("12 bright public computers", [{"computers": 12}], id="described"),
        pytest.param("12 minutes from our rooms", [], id="another-measure"),
        pytest.param("27 Gorge Lane and 116 Bath Street", [], id="streets"),
        pytest.param("seats 1,250", [{"capacity": 1250}], id="capacity"),
        pytest.param("A heated 25 m pool", [{"pool_length": "25 m"}], id="length-of-a-pool"),
        pytest.param("A 12 m wide pool", [], id="width-of-a-pool"),
        pytest.param(
            "EV charging: 8 x 50 kW", [{"chargers": 8}, {"charger_power": "50 kW"}], id="chargers-and-their-power"
        ),
        pytest.param("a 50 kW boiler", [], id="power-of-something-else"),
        pytest.param("rated 8.4 by 1,204 guests", [], id="guests-who-rate"),
        pytest.param("parking for 900 cars", [{"parking_spaces": 900}], id="parking-for-cars"),
        pytest.param("4 indoor and 6 outdoor tennis courts", [], id="part-of-a-sum"),
        pytest.param("6-10 tennis courts", [], id="range"),
        pytest.param("£5 squash courts", [], id="price"),
        pytest.param("1.5 tennis courts", [], id="fraction"),
        pytest.param("founded 6 years ago, tennis courts", [], id="another-number"),
    ],
)
def test_stated_courts_are_counted(text, counts):
    assert [json.loads(value) for value in found("discovered_attributes", text)] == counts


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Write to Info@Club.example now", ["info@club.example"]),
        ("@club on Instagram", []),
        ("a@b", []),
        ("logo@2x.png", []),
    ],
)
def test_emails(text, values):
    assert found("email", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("at 12 High Street, Leith", ["12 High Street"], id="plain"),
        pytest.param("at 4-5 Lochside Way", ["4-5 Lochside Way"], id="range"),
        pytest.param("12 courts", [], id="no-street"),
        pytest.param("Pitch 5 Park", [], id="no-name"),
    ],
)
def test_streets(text, values):
    assert found("street_address", text) == values


@pytest.mark.parametrize("field", sorted(FINDERS))
@pytest.mark.parametrize("placeholder", ["N/A", "n/a", "-", "–", "TBC", "unknown", "", " "])
def test_a_placeholder_states_nothing(field, placeholder):
    assert found(field, placeholder) == []


@pytest.mark.parametrize("field", sorted(FINDERS))
@given(text=st.text(max_size=80) | st.text("Mon-Fri 0123456789ampEH.,:@ courtsnoparkg", max_size=80))
def test_found_value_is_derived_from_its_quote(field, text):
    for hit in FINDERS[field](text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.value in found(field, text[hit.start : hit.end])
