"""Hours in prose of other languages: the whole week that a text states, or none."""

import json

import pytest

from extract.geography.gazetteer import load_gazetteer
from extract.hours.stated_week import DAYS
from extract.hours.text_hours import find_hours
from extract.text.languages import languages_of
from orchestrate.settings import SEEDS_DIR


def week(**spans):
    """`mo_fr="09:00-18:00"` as a week; several spans with a comma."""
    found = {}
    for days, text in spans.items():
        first, _, last = days.partition("_")
        for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
            found[day] = [span.split("-") for span in text.split(",")]
    return found


@pytest.mark.parametrize(
    ("language", "text", "stated"),
    [
        ("ja", "営業時間 10:00～19:00 定休日：月曜日", week(tu_su="10:00-19:00")),
        ("ja", "月～金 9:00-18:00、土 9:00-12:00、日祝休み", week(mo_fr="09:00-18:00", sa="09:00-12:00")),
        ("ja", "平日 9:00～20:00 土日祝 10:00～18:00", week(mo_fr="09:00-20:00", sa_su="10:00-18:00")),
        ("ja", "毎日 午前11時〜午後10時30分", week(mo_su="11:00-22:30")),
        ("ja", "11:00-14:00、17:00-22:00（水曜定休）",
         week(mo_tu="11:00-14:00,17:00-22:00", th_su="11:00-14:00,17:00-22:00")),
        ("ko", "월~금 09:00-18:00, 토 09:00-13:00, 일요일 휴무", week(mo_fr="09:00-18:00", sa="09:00-13:00")),
        ("ko", "화-일 10:00~18:00 (월요일 휴관)", week(tu_su="10:00-18:00")),
        ("ko", "매일 오전 10시 ~ 오후 6시", week(mo_su="10:00-18:00")),
        ("tr", "Pazartesi-Cuma 09:00-18:00, Cumartesi 10:00-14:00", week(mo_fr="09:00-18:00", sa="10:00-14:00")),
        ("hu", "Hétfő-péntek: 8:00-18:00, szombat 9:00-13:00, vasárnap zárva",
         week(mo_fr="08:00-18:00", sa="09:00-13:00")),
        ("hu", "K-V 10-18 óra, hétfőn zárva", week(tu_su="10:00-18:00")),
        ("pl", "od poniedziałku do piątku w godz. 8-16", week(mo_fr="08:00-16:00")),
        ("nl", "ma-vr 9-12 en 13-17 uur", week(mo_fr="09:00-12:00,13:00-17:00")),
        ("nl", "24u/24 open", week(mo_su="00:00-24:00")),
        ("pt", "2ª a 6ª das 9h às 20h, sábados das 9h às 13h, fechado ao domingo",
         week(mo_fr="09:00-20:00", sa="09:00-13:00")),
        ("es", "Martes a sábado: 8:00 a.m. - 8:00 p.m. Lunes cerrado", week(tu_sa="08:00-20:00")),
        ("it", "lun-sab 9-13 e 16-20", week(mo_sa="09:00-13:00,16:00-20:00")),
        ("de", "Mo–Do 15–23 Uhr, Fr–Sa 15–1 Uhr", week(mo_th="15:00-23:00", fr_sa="15:00-01:00")),
    ],
)  # fmt: skip
def test_a_week_is_read_whole(language, text, stated):
    (found,) = find_hours(text, language)

    assert json.loads(found.value) == stated


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("ja", "第1・第3月曜日休館 10:00-17:00", id="some-mondays"),
        pytest.param("ja", "11:30～14:00（L.O.13:30）17:30～22:00 不定休", id="irregular"),
        pytest.param("ja", "3月1日 10:00-16:00 イベント", id="a-date"),
        pytest.param("ko", "매주 월요일 휴무, 평일 10:00-19:00, 점심시간 12:30-13:30", id="break"),
        pytest.param("ko", "3월 1일 10:00-16:00", id="a-date-in-korean"),
        pytest.param("hu", "hétfőtől péntekig 8-18 óráig, szombat 9-13", id="from-to-by-endings"),
        pytest.param("tr", "Pazar hariç her gün 09:00-19:00", id="exception-first"),
        pytest.param("it", "tutti i giorni 9-12 e 3-6", id="ambiguous"),
    ],
)
def test_a_week_that_is_not_read_whole_is_not_read(language, text):
    assert not list(find_hours(text, language))


@pytest.mark.parametrize(("text", "language"), [("매일 10:00", "ko"), ("毎日お昼から", "ja")])
def test_letters_show_the_language(text, language):
    assert languages_of(None, load_gazetteer(SEEDS_DIR).streets, text)[0] == language
