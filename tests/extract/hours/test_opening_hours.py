"""OpenStreetMap's hours become the common week, or give a reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.hours.google_hours import read_periods
from extract.hours.opening_hours import find_week, read_hours
from extract.hours.stated_week import DAYS
from extract.hours.text_hours import find_hours
from extract.hours.weeks import Hours
from extract.values.value_paths import Written

WORKDAYS = DAYS[:5]
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in WORKDAYS}


@pytest.mark.parametrize(
    ("expression", "week"),
    [
        pytest.param("Mo-Fr 09:00-17:00", NINE_TO_FIVE, id="plain"),
        pytest.param(
            "Mo,We 09:00-12:00,14:00-18:00",
            {day: [["09:00", "12:00"], ["14:00", "18:00"]] for day in ("mo", "we")},
            id="split-days",
        ),
        pytest.param(
            "Fr-Mo 10:00-18:00", {d: [["10:00", "18:00"]] for d in ("mo", "fr", "sa", "su")}, id="over-the-weekend"
        ),
        pytest.param("10:00-18:00", {day: [["10:00", "18:00"]] for day in DAYS}, id="no-days-are-all-days"),
        pytest.param("Mo-Fr 09:00-17:00; PH off", NINE_TO_FIVE, id="closed-on-holidays"),
        pytest.param("Su,PH 10:00-16:00", {"su": [["10:00", "16:00"]]}, id="open-on-holidays"),
        pytest.param("Mo-Fr 09:00-17:00; Dec 25-26 off; easter off", NINE_TO_FIVE, id="feasts"),
        pytest.param("Mo-Sa 09:00-17:00; Sa off", NINE_TO_FIVE, id="a-day-off"),
        pytest.param(
            "Sa-Su 08:00-20:00; Su 10:00-16:00",
            {"sa": [["08:00", "20:00"]], "su": [["10:00", "16:00"]]},
            id="a-later-rule-replaces-an-earlier-one",
        ),
        pytest.param(
            "Sa-Su 08:00-12:00, Su 14:00-16:00",
            {"sa": [["08:00", "12:00"]], "su": [["08:00", "12:00"], ["14:00", "16:00"]]},
            id="a-rule-after-a-comma-adds-to-it",
        ),
        pytest.param("Fr 22:00-02:00", {"fr": [["22:00", "02:00"]]}, id="past-midnight"),
        pytest.param("Fr 22:00-26:00", {"fr": [["22:00", "02:00"]]}, id="past-midnight-by-the-long-clock"),
        pytest.param("Fr 22:00-24:00; Sa 00:00-02:00", {"fr": [["22:00", "02:00"]]}, id="a-night-in-two-rules"),
        pytest.param("Su 22:00-02:00", {"su": [["22:00", "02:00"]]}, id="into-the-next-week"),
        pytest.param("Mo 12:00-00:00", {"mo": [["12:00", "24:00"]]}, id="to-midnight"),
        pytest.param("24/7", ALWAYS, id="always"),
        pytest.param("Mo-Su 00:00-24:00", ALWAYS, id="always-by-the-clock"),
        pytest.param("24/7; Sa-Su off", {day: [["00:00", "24:00"]] for day in WORKDAYS}, id="day-and-night-but"),
        pytest.param(
            "Fr 18:00-24:00; Sa 00:00-24:00",
            {"fr": [["18:00", "24:00"]], "sa": [["00:00", "24:00"]]},
            id="longer-than-a-day",
        ),
        pytest.param('Mo-Fr 09:00-17:00; Sa off "until sunset"', NINE_TO_FIVE, id="a-comment-on-what-is-closed"),
        pytest.param("mo-fr 9:00-17:00;", NINE_TO_FIVE, id="carelessly-written"),
        pytest.param('Mo-Fr 09:00-17:00 || "by appointment"', NINE_TO_FIVE, id="by-appointment-at-other-times"),
        pytest.param("Mo-Fr 09:00-17:00 || Sa 10:00-12:00 unknown", NINE_TO_FIVE, id="perhaps-on-saturdays"),
        pytest.param(
            "Fr 08:00-32:00",
            {"fr": [["08:00", "24:00"]], "sa": [["00:00", "08:00"]]},
            id="a-day-and-a-night-is-no-night",
        ),
    ],
)
def test_a_plain_week_is_read(expression, week):
    assert read_hours(expression) == Hours(json.dumps(week))


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        pytest.param("Mo-Fr 09:00+", "open_end", id="open-end"),
        pytest.param("Mo-Fr 09:00-17:00+", "open_end", id="closes-later-perhaps"),
        pytest.param("sunrise-sunset", "sun", id="by-the-sun"),
        pytest.param("Mo 08:00-(sunset-01:00)", "sun", id="before-sunset"),
        pytest.param("Apr-Sep 10:00-20:00", "seasonal", id="months"),
        pytest.param("Mo-Fr 10:00-16:00; Apr-Sep Mo-Fr 10:00-20:00", "seasonal", id="longer-in-summer"),
        pytest.param("Mo-Fr 09:00-17:00; Feb off", "seasonal", id="a-month-off"),
        pytest.param("week 1-53/2 Mo 10:00-12:00", "seasonal", id="every-other-week"),
        pytest.param("Mo[1] 10:00-12:00", "seasonal", id="first-monday"),
        pytest.param("easter 10:00-12:00", "seasonal", id="a-feast-alone"),
        pytest.param("2024 Mo 10:00-12:00", "seasonal", id="a-year"),
        pytest.param("Mo-Fr 09:00-17:00; SH off", "seasonal", id="school-holidays"),
        pytest.param('Mo 09:00-17:00 "by appointment"', "conditional", id="by-appointment"),
        pytest.param('"by appointment"', "conditional", id="comment-alone"),
        pytest.param("Mo-Fr 09:00-17:00 unknown", "conditional", id="unknown"),
        pytest.param('Mo-Fr 09:00-17:00 "ask || wait" || unknown', "conditional", id="conditional-before-its-fallback"),
        pytest.param('"ask" || Mo-Fr 09:00-17:00', "conditional", id="conditional-first"),
        pytest.param("Mo-Fr", "no_times", id="days-alone"),
        pytest.param("off", "closed", id="closed"),
        pytest.param("PH off", "closed", id="holidays-alone"),
        pytest.param("Mo-Fr 9am-5pm", "unparsable", id="prose"),
        pytest.param("Mo 25:99-10:00", "unparsable", id="no-such-time"),
        pytest.param("", "unparsable", id="empty"),
        pytest.param("; ;", "unparsable", id="separators"),
        pytest.param("Mo 09:00-17:00;" * 9000, "unparsable", id="a-very-long-one"),
        pytest.param("'; drop table raw.openstreetmap; --", "unparsable", id="hostile"),
    ],
)
def test_irregular_hours_give_a_reason(expression, reason):
    assert read_hours(expression) == Hours(None, reason)


@given(st.text(st.sampled_from('MoTuFrSaJanPHSH 0123456789:-,;+/[]()|"\n\0é'), max_size=40))
def test_any_expression_gives_a_week_or_a_reason(expression):
    hours = read_hours(expression)

    assert (hours.week is None) != (hours.reason is None)


@pytest.mark.parametrize(
    ("expression", "prose", "rows"),
    [
        pytest.param(
            "Mo-Fr 07:00-22:30",
            "Open Mon-Fri 7am-10.30pm",
            [(day, "07:00", "22:30") for day in (4, 2, 3, 1, 0)],
            id="workdays",
        ),
        pytest.param(
            "Mo 09:00-12:30,13:30-17:00",
            "Mon 9am-12.30pm and 1.30pm-5pm",
            [(0, "13:30", "17:00"), (0, "09:00", "12:30")],
            id="lunch",
        ),
        pytest.param("24/7", "Open 24/7", [(day, "00:00", "24:00") for day in range(7)], id="always"),
        pytest.param("Fr 22:00-02:00", "Fri 10pm-2am", [(4, "22:00", "02:00")], id="past-midnight"),
        pytest.param("Sa 12:00-24:00", "Sat noon-midnight", [(5, "12:00", "24:00")], id="to-midnight"),
        pytest.param("Sa 12:00-00:00", "Sat 12pm-12am", [(5, "12:00", "24:00")], id="to-twelve-at-night"),
        pytest.param(
            "Fr-Mo 10:00-16:00",
            "Fri-Mon 10am-4pm",
            [(day, "10:00", "16:00") for day in (0, 4, 5, 6)],
            id="over-the-weekend",
        ),
    ],
)
def test_same_hours_give_the_same_text_in_every_form(expression, prose, rows):
    (found,) = find_hours(prose)

    assert read_hours(expression).week == found.value == read_periods(as_periods(rows)).week


def as_periods(rows):
    """Days, opening and closing times in Google's form, with days counted from Sunday."""
    return [
        {"open": _point(day, opens), "close": _point(day + (closes <= opens), closes)} for day, opens, closes in rows
    ]


def _point(day, clock):
    hour, minute = map(int, clock.split(":"))
    return {"day": (day + 1) % 7, "hour": hour, "minute": minute}


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        pytest.param("off", "closed_temporarily", id="off"),
        pytest.param("closed", "closed_temporarily", id="closed"),
        pytest.param("Mo-Su off;", "closed_temporarily", id="every-day"),
        pytest.param('24/7 closed "refurbishment"', "closed_temporarily", id="with-a-reason"),
        pytest.param('closed "Permanently closed"', "closed_permanently", id="for-good"),
        pytest.param("PH off", None, id="holidays-alone"),
        pytest.param("Mo off", None, id="one-day"),
        pytest.param("Mo-Fr 09:00-17:00; Sa off", None, id="open"),
    ],
)
def test_a_place_that_is_never_open_is_closed(expression, status):
    read = {
        reading.field_name: reading.value for reading in find_week({"expression": [Written(expression, "/")]}, "GB")
    }

    assert read.get("operating_status") == status
