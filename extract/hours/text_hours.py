"""Reads opening hours in English prose as a week. If it understands only a part of them, it returns none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from extract.found import Found
from extract.hours.hour_words import (
    BEFORE_TIMES,
    CLEAR_TIME,
    HALVES_OF_A_DAY,
    OF_SOMETHING_ELSE,
    OPENS,
    RESTRICTIONS,
    Span,
    Token,
    opening_span,
    time_of_day,
    tokens_of,
)
from extract.hours.seasons import is_seasonal
from extract.hours.stated_week import DAYS, Days, NotPlain, Week

OF_24 = re.compile(r"(?:1[3-9]|2[0-4])(?:[:.]\d\d)?")

ENDS_A_PART = re.compile(r"\s*(?:(?:uhr|hrs?|h|uur|ore)\b\.?\s*)?(?:$|[.;)|•·\n])", re.IGNORECASE)


def find_hours(text: str, language: str | None = None, *, is_lenient: bool = False) -> Iterator[Found]:
    """Opening hours as {"mo": [["07:00", "22:30"]], ...}: all stated days in one value, or no value.

    `is_lenient` also reads times that are ambiguous to the letter: "9 to 5".
    """
    tokens = tokens_of(text, language)
    if stated := _stated(text, tokens, is_lenient=is_lenient):
        yield stated  # before "24/7": members may come at any time
    elif always := next((token for token in tokens if token.kind == "always"), None):
        yield Found(json.dumps({day: [("00:00", "24:00")] for day in DAYS}), always.start, always.end)


def _stated(text: str, tokens: list[Token], *, is_lenient: bool) -> Found | None:
    try:
        week = _Reader(text, tokens, is_lenient=is_lenient).week()
    except NotPlain:
        return None
    value = week.as_json() if week.spans else None
    return Found(value, week.start, week.end) if value and not is_seasonal(text, week) else None


class _Reader:
    """Goes through the tokens once. Each method reads from `_at` and moves it on, or leaves it unchanged."""

    def __init__(self, text: str, tokens: list[Token], *, is_lenient: bool) -> None:
        self._is_lenient = is_lenient
        self._is_of_24 = any(
            first.kind == last.kind == "time"
            and between.kind in ("dash", "until")
            and (OF_24.fullmatch(first.text) or OF_24.fullmatch(last.text))
            for first, between, last in zip(tokens, tokens[1:], tokens[2:], strict=False)
        )
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._week = Week()
        self._used: set[int] = set()  # the tokens that were understood
        self._before = 0  # start of the words that say whose hours come next
        self._is_of_another = False

    def week(self) -> Week:
        while self._at < len(self._tokens):
            if not (self._closing() or self._statement() or self._exception()):
                self._pass_over()
        if self._week.spans and any(map(self._is_left, range(len(self._tokens)))):
            raise NotPlain
        return self._week

    def _kind(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].kind if 0 <= self._at + ahead < len(self._tokens) else ""

    def _word(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead].text if 0 <= self._at + ahead < len(self._tokens) else ""

    def _pass_over(self) -> None:
        if self._kind() == "stop":
            self._before = self._tokens[self._at].end
            self._is_of_another = False
        self._at += 1

    def _understood(self, start: int, *, is_ours: bool = True) -> bool:
        self._used.update(range(start, self._at))
        self._before = self._tokens[self._at - 1].end
        if is_ours:
            self._week.covers(self._tokens[start].start, self._before)
        return True

    def _back(self, start: int) -> bool:
        self._at = start
        return False

    # --- statements -----------------------------------------------------------------------------------------

    def _statement(self) -> bool:
        """Read "Mon-Fri 9am-5pm" or "9am-5pm daily"."""
        start = self._at
        if days := self._days():
            self._skip_to_times()
            spans = self._spans()
        else:
            spans = self._spans() if self._is_clear() else []
            self._skip("and", "mark")
            days = (self._all_but_closed() or self._days()) if spans else None
        if not days or not spans:
            return self._back(start)
        days = days.without(self._excepted())
        before = self._text[self._before : self._tokens[start].start]
        is_of_another = self._is_of_another or bool(OF_SOMETHING_ELSE.search(before))
        self._is_of_another = is_of_another and not OPENS.search(before)
        if not self._is_of_another:
            if None in spans:
                raise NotPlain
            self._week.add(days, [span for span in spans if span])
        return self._understood(start, is_ours=not self._is_of_another)

    def _all_but_closed(self) -> Days | None:
        """Every day, before "closed on Mondays": "10am-3pm, closed on Mondays". The closing is read after it."""
        ahead = 1 if self._kind() in ("and", "mark", "stop") else 0
        if self._kind(ahead) == "day":  # "10:00-17:00 (월요일 휴관)"
            after = ahead + (2 if self._kind(ahead + 1) == "mark" else 1)
            return Days(DAYS) if self._kind(after) == "closed" else None
        if self._kind(ahead) != "closed":
            return None
        ahead += 1
        while self._word(ahead) in ("on", "every", "from") or self._kind(ahead) == "mark":
            ahead += 1
        return Days(DAYS) if self._kind(ahead) == "day" else None

    def _closing(self) -> bool:
        """Read "closed Tuesdays" or "Wed closed". Without a day it means every day. Closed holidays mean nothing."""
        start = self._at
        if self._kind() == "closed":
            self._at += 1
            while self._word() in ("on", "every", "all", "day", "from") or self._kind() in ("mark", "holiday"):
                self._at += 1
            days = self._days()
            self._refuse_half_a_day()
            is_of_holidays = any(token.kind == "holiday" for token in self._tokens[start : self._at])
            self._week.closed.update(days.names if days else () if is_of_holidays else DAYS)
            return self._understood(start, is_ours=bool(days))
        days = self._days()
        while days and (self._kind() == "mark" or self._word() in ("is", "are", "we", "all", "day")):
            self._at += 1
        if not days or self._kind() != "closed":
            return self._back(start)
        self._at += 1
        self._week.closed.update(days.names)
        return self._understood(start)

    def _refuse_half_a_day(self) -> None:
        """Refuse "closed Wednesday afternoons"."""
        if self._word() in HALVES_OF_A_DAY:
            raise NotPlain

    def _exception(self) -> bool:
        """Read "(Wed until 7pm)" or "until 7pm on Wednesdays", after the hours that it changes."""
        start = self._at
        days = self._days()
        if self._kind() != "until" or self._kind(1) != "time" or not self._week.spans:
            return self._back(start)
        closes = time_of_day(self._word(1))
        self._at += 2
        if not days:
            self._skip_words("on", "every")
            days = self._days()
        if days and closes:
            self._week.close_at(days, "24:00" if closes == "00:00" else closes)
            return self._understood(start)
        if OPENS.search(self._text[self._before : self._tokens[start].start]):
            raise NotPlain  # "open until 10pm" contradicts the hours before it
        return self._back(start)

    # --- their parts ----------------------------------------------------------------------------------------

    def _days(self) -> Days | None:
        """Read "Mon, Wed and Fri-Sun" or "every day except Tuesday". Public holidays are ignored."""
        start = self._at
        names: list[str] = []
        is_single = True
        while group := self._day_group():
            names += group
            is_single = is_single and len(group) == 1
            end = self._at
            self._skip("and")
            if self._kind() not in ("day", "week", "every"):
                self._at = end
                break
        if not names:
            self._at = start
            return None
        return Days(tuple(names), is_single).without(self._excepted())

    def _day_group(self) -> list[str]:
        days = self._day_range()
        while days and "holiday" in (self._kind(), self._kind(1) if self._kind() == "and" else ""):
            self._at += 1 if self._kind() == "holiday" else 2
        return days

    def _day_range(self) -> list[str]:
        kind, word = self._kind(), self._word()
        if kind not in ("every", "week", "day"):
            return []
        self._at += 1
        if kind == "every":
            return list(DAYS)
        if kind == "week":
            return list(DAYS[5:] if word.startswith("weekend") else DAYS[:5])
        first = DAYS.index(word[:2])
        if self._kind() not in ("dash", "until") or self._kind(1) != "day":
            return [DAYS[first]]
        last = DAYS.index(self._word(1)[:2])
        self._at += 2
        return [*DAYS[first : last + 1]] if first <= last else [*DAYS[first:], *DAYS[: last + 1]]

    def _excepted(self) -> tuple[str, ...]:
        start = self._at
        self._skip("mark", "and")
        if self._kind() != "except":
            self._at = start
            return ()
        self._at += 1
        self._skip_words("on", "for", "the", "every", "from")
        if self._kind() == "holiday":
            self._at += 1
            return ()
        if not (days := self._days()):
            raise NotPlain
        return days.names

    def _spans(self) -> list[Span | None]:
        """Read spans of times, one after the other. An ambiguous span is None."""
        spans: list[Span | None] = []
        while True:
            start = self._at
            if spans:
                self._skip("and", "mark")
                self._skip_words("from", "de", "desde", "las")
            is_span = self._kind() == "time" and self._kind(1) in ("dash", "until") and self._kind(2) == "time"
            is_between = self._kind() == "time" and self._word(1) == "and" and self._word(-1) == "between"
            if not is_span and not (is_between and self._kind(2) == "time"):
                self._at = start
                return spans
            is_joined = self._kind(-1) == "and" and self._word(-1) != ","  # "13-14 e 19-20"
            is_clear = is_joined or self._is_clear() or self._is_clear(2) or self._is_next_span(spans)
            if spans and not is_clear:  # "10-12 High Street"
                self._at = start
                return spans
            before = spans[-1] if spans else None
            times = self._word(), self._word(2)
            span = opening_span(*times, before, is_lenient=self._is_lenient, is_of_24=self._is_of_24)
            spans.append(None if self._may_end_in_the_night(span) else span)
            self._at += 3

    def _may_end_in_the_night(self, span: Span | None) -> bool:
        """Whether a time of a clock of 24 hours was read as one of the afternoon: "11:00-05:00"."""
        closes = self._tokens[self._at + 2]
        is_early = bool(re.match(r"0[1-9]", self._text[closes.start : closes.end]))
        return is_early and span is not None and span[1] > "12:00" and "p" not in closes.text

    def _is_next_span(self, spans: list[Span | None]) -> bool:
        """Whether a later span ends its part: "lun-ven 8.30-13, 16-20; sab"."""
        before, first = spans[-1] if spans else None, time_of_day(self._word())
        is_later = bool(self._is_of_24 and before and first and first >= before[1])
        is_before_a_day = self._kind(3) in ("and", "mark") and self._kind(4) in ("day", "week", "every")
        ends = is_before_a_day or bool(ENDS_A_PART.match(self._text, self._tokens[self._at + 2].end))
        return is_later and ends

    def _is_clear(self, ahead: int = 0) -> bool:
        return self._kind(ahead) == "time" and bool(CLEAR_TIME.search(self._word(ahead)))

    def _skip_to_times(self) -> None:
        start = self._at
        while self._kind() in ("mark", "holiday", "dash") or self._word() in (",", *BEFORE_TIMES):
            self._at += 1
        if self._kind() != "time":
            self._at = start

    def _skip(self, *kinds: str) -> None:
        while self._kind() in kinds:
            self._at += 1

    def _skip_words(self, *words: str) -> None:
        while self._word() in words:
            self._at += 1

    # --- what was not understood ----------------------------------------------------------------------------

    def _is_left(self, at: int) -> bool:
        """Whether the token is about days or times but was not understood. Then the week may be incomplete."""
        token = self._tokens[at]
        if at in self._used or token.kind not in ("day", "week", "every", "time", "until", "except"):
            return False
        if token.kind == "time" and (not CLEAR_TIME.search(token.text) or self._is_last_entry(at)):
            return False
        beside = {t.text for t in self._tokens[max(0, at - 2) : at + 4]}
        is_restriction = token.kind in ("day", "week") and bool(beside & RESTRICTIONS)
        return is_restriction or self._is_among_hours(at)

    def _is_last_entry(self, at: int) -> bool:
        return any(token.text == "last" for token in self._tokens[max(0, at - 4) : at])

    def _is_among_hours(self, at: int) -> bool:
        """Whether the token is in a sentence with an understood part."""
        first, last = at, at
        while first > 0 and self._tokens[first - 1].kind != "stop":
            first -= 1
        while last < len(self._tokens) and self._tokens[last].kind != "stop":
            last += 1
        return not self._used.isdisjoint(range(first, last))
