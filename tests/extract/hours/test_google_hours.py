"""Google's periods become the common week, even across days and weeks."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.hours.google_hours import read_periods
from extract.hours.stated_week import DAYS
from extract.hours.weeks import Hours
from extract.payloads.kinds import load_readers
from orchestrate.settings import SEEDS_DIR

READERS = load_readers(SEEDS_DIR)
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
SU, MO, TU, WE, TH, FR, SA = range(7)


def at(day, hour=0, minute=0, **more):
    return {"day": day, "hour": hour, "minute": minute, **more}


def period(opens, closes):
    return {"open": opens, "close": closes}


@pytest.mark.parametrize(
    ("periods", "week"),
    [
        pytest.param(
            [period(at(SU, 9, 30), at(SU, 17)), period(at(MO, 7), at(MO, 22, 30))],
            {"mo": [["07:00", "22:30"]], "su": [["09:30", "17:00"]]},
            id="days-count-from-sunday",
        ),
        pytest.param(
            [period(at(MO, 9), at(MO, 12)), period(at(MO, 14), at(MO, 18))],
            {"mo": [["09:00", "12:00"], ["14:00", "18:00"]]},
            id="closed-at-noon",
        ),
        pytest.param([{"open": at(SU)}], ALWAYS, id="always"),
        pytest.param([{"open": {"day": 0}}], ALWAYS, id="always-with-zeros-left-out"),
        pytest.param([period(at(day), at((day + 1) % 7)) for day in range(7)], ALWAYS, id="always-day-by-day"),
        pytest.param([period(at(day), at(day)) for day in range(7)], ALWAYS, id="always-from-midnight-to-midnight"),
        pytest.param([period(at(TU, 12), at(WE))], {"tu": [["12:00", "24:00"]]}, id="midnight-ends-a-day"),
        pytest.param([period(at(FR, 22), at(SA, 2))], {"fr": [["22:00", "02:00"]]}, id="a-night-is-of-its-first-day"),
        pytest.param([period(at(SU, 22), at(MO, 2))], {"su": [["22:00", "02:00"]]}, id="into-the-next-week"),
        pytest.param(
            [period(at(FR, 18), at(SA)), period(at(SA), at(SA, 2))], {"fr": [["18:00", "02:00"]]}, id="two-that-meet"
        ),
        pytest.param(
            [period(at(FR, 8), at(SU, 20))],
            {"fr": [["08:00", "24:00"]], "sa": [["00:00", "24:00"]], "su": [["00:00", "20:00"]]},
            id="over-several-days",
        ),
        pytest.param(
            [period(at(SA, 10), at(MO, 12))],
            {"mo": [["00:00", "12:00"]], "sa": [["10:00", "24:00"]], "su": [["00:00", "24:00"]]},
            id="over-several-days-and-the-end-of-the-week",
        ),
        pytest.param(
            [period(at(TU, 8), at(SU, 20))],
            {
                "tu": [["08:00", "24:00"]],
                **{day: [["00:00", "24:00"]] for day in ("we", "th", "fr", "sa")},
                "su": [["00:00", "20:00"]],
            },
            id="closed-for-a-day-and-a-half",
        ),
        pytest.param(
            [period(at(FR, 8), at(SA, 8))],
            {"fr": [["08:00", "24:00"]], "sa": [["00:00", "08:00"]]},
            id="a-day-and-a-night",
        ),
        pytest.param(
            [period(at(FR, 18), at(FR, 23, 59, truncated=True))], {"fr": [["18:00", "24:00"]]}, id="cut-off-at-midnight"
        ),
        pytest.param([period(at(FR, 18), at(FR, 23, 59))], {"fr": [["18:00", "23:59"]]}, id="a-minute-to-midnight"),
        pytest.param(
            [period(at(MO, 9), at(MO, 17)), period(at(MO, 9), at(MO, 17))], {"mo": [["09:00", "17:00"]]}, id="twice"
        ),
    ],
)
def test_periods_are_read_as_a_week(periods, week):
    assert read_periods(periods) == Hours(json.dumps(week))


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        pytest.param([], "no_times", id="none"),
        pytest.param([{"open": at(FR, 18)}], "open_end", id="without-an-end"),
        pytest.param([{"open": at(SU)}, period(at(MO, 9), at(MO, 17))], "open_end", id="one-without-an-end"),
        pytest.param([period(at(7, 9), at(MO, 17))], "unparsable", id="an-eighth-day"),
        pytest.param([period({"day": 1, "time": "0900"}, {"day": 1, "time": "1700"})], "unparsable", id="old-form"),
        pytest.param([period(at(MO, "9"), at(MO, 17))], "unparsable", id="an-hour-in-words"),
        pytest.param([period(at(MO, True), at(MO, 17))], "unparsable", id="an-hour-that-is-true"),
        pytest.param([period(at(MO, 9), at(MO, 9))], "unparsable", id="closes-as-it-opens"),
        pytest.param([period([], {})], "unparsable", id="no-point"),
        pytest.param(["Monday"], "unparsable", id="words"),
        pytest.param("Monday", "unparsable", id="prose"),
    ],
)
def test_irregular_periods_give_a_reason(periods, reason):
    assert read_periods(periods) == Hours(None, reason)


def test_only_regular_hours_are_read():
    regular = [period(at(MO, 9), at(MO, 12)), period(at(MO, 14), at(MO, 17))]
    other = {"periods": [period(at(SU, 1), at(SU, 2))]}
    payload = {
        "regularOpeningHours": {"periods": regular},
        "currentOpeningHours": other,
        "regularSecondaryOpeningHours": [other],
    }

    read = {each.field_name: each.value for each in READERS.read("google_places", json.dumps(payload))}

    assert read["opening_hours"] == '{"mo": [["09:00", "12:00"], ["14:00", "17:00"]]}'


POINTS = st.builds(at, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))


PERIODS = st.builds(period, POINTS, POINTS).filter(
    lambda each: each["open"] != each["close"] or minute_of(each["open"]) % 1440 == 0
)


@settings(deadline=None, max_examples=50)
@given(st.lists(PERIODS, min_size=1, max_size=4))
def test_place_is_open_exactly_in_its_periods(periods):
    open_minutes = {
        (start + passed) % (7 * 1440)
        for start, end in ((minute_of(each["open"]), minute_of(each["close"])) for each in periods)
        for passed in range((end - start) % (7 * 1440) or 1440)
    }

    week = json.loads(read_periods(periods).week)

    assert {minute for day in week for minute in minutes_of(DAYS.index(day), week[day])} == open_minutes


def minute_of(point):
    return ((point["day"] + 6) % 7) * 1440 + point["hour"] * 60 + point["minute"]


def minutes_of(day, spans):
    for opens, closes in spans:
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes))
        for minute in range(start, end if end > start else end + 1440):
            yield (day * 1440 + minute) % (7 * 1440)
