"""Reads addresses in the scripts of East Asia, which go from the largest part to the smallest, without commas.

    〒150-0041 東京都渋谷区神南1-2-3      서울특별시 강남구 테헤란로 152      浙江省杭州市西湖区文三路100号

A region, its city and its district are known by their names, and what is left has the form of a street with its number.
If one of them is not sure, nothing is read, and the address stays in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extract.addresses.divisions import Division, divisions_of, places_of_one_region
from extract.addresses.postal import grammar_of

SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
WIDE = str.maketrans("０１２３４５６７８９－−‐―　，", "0123456789---- ,")
BETWEEN = " ,、，"
BEFORE_NUMBER = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=\d)")  # no space is meant there; in Korea one is


class LargestFirst(NamedTuple):
    postcode: str | None
    region: str
    city: str
    district: str | None
    street: str


@dataclass(frozen=True)
class Form:
    """How a country writes. All are patterns."""

    country: str  # its names
    before_code: str
    city_regions: str  # regions that are cities, with their districts inside
    new_district: str  # the form of a district, where the data may lack one
    street: str  # with its number; what follows the number is a building or a floor


NUMERAL = r"[\d〇一二三四五六七八九十]+"
FORMS = {
    "JP": Form(
        "日本国?|Japan", "〒", r"(?!)", r"(?!)",
        rf"(?!民会館|役[所場]|立図書館|立体育館)[^\d\W].*?(?:\d|{NUMERAL}(?:丁目|番|号))",  # 蒲郡市民会館2階
    ),
    "KR": Form(
        "대한민국|한국", r"\(우\)|우", r"시$", r"[가-힣]{1,4}구(?= )",
        r"(?:[가-힣\d]+[읍면동] )?[가-힣][가-힣\d.]*?(?:[로길동가리]|[로길]\d+[가-힣]*길)"
        r" ?(?:지하 ?|산 ?)?\d+(?:-\d+)?(?:번지)?(?![\d가-힣])",
    ),
    "CN": Form(
        "中华人民共和国|中国", "", r"市$", r"[^\d路街巷弄镇乡园社小发景]{1,6}?(?:新区|自治县|区|县|旗)",
        rf"[^\d\W][^\d]*?[路街道巷弄里村镇段区园同场]{NUMERAL}(?:-\d+)?[号弄]",
    ),
    "TW": Form(
        "中華民國|台灣|臺灣|台湾", "", r"市$", r"(?!)",
        rf"[^\d\W][^\d]*?[路街道巷里村段]{NUMERAL}(?:-\d+|之\d+)?[號巷弄]",
    ),
}  # fmt: skip


@lru_cache(maxsize=50_000)
def read_largest_first(text: str, country: str | None) -> LargestFirst | None:
    """The parts of the address. None if one of them is not sure."""
    form = FORMS.get(country or "")
    if form is None or country is None or not SCRIPTS.search(text):
        return None
    line = " ".join(text.translate(WIDE).split())
    line = re.sub(rf"^(?:{form.country})[{BETWEEN}]*|[{BETWEEN}]*(?:{form.country})$", "", line)
    code, line = _code(line, country, form)
    if country == "TW":
        line = line.replace("臺", "台")
    found = (place for place in _places(line, country, form) if re.match(form.street, place.street))
    return next((place._replace(postcode=code, street=BEFORE_NUMBER.sub("", place.street)) for place in found), None)


@lru_cache(maxsize=50_000)
def country_of_largest_first(text: str) -> str | None:
    """The only country with the region, the city and the form of the street."""
    if not SCRIPTS.search(text):
        return None
    found = [
        country
        for country in FORMS
        if (place := read_largest_first(text, country)) and place.region in text.replace("臺", "台")
    ]
    return found[0] if len(found) == 1 else None


def _code(line: str, country: str, form: Form) -> tuple[str | None, str]:
    """The postcode at the start or the end, and the rest."""
    grammar = grammar_of(country)
    if grammar is None:
        return None, line
    code = rf"(?:(?:{form.before_code}) ?)?({grammar.code})"
    if match := re.match(rf"{code}(?![\d-])", line):
        return grammar.normal(match[1]), line[match.end() :].lstrip(BETWEEN)
    if match := re.search(rf"[{BETWEEN}(]+{code}\)?$", line):
        return grammar.normal(match[1]), line[: match.start()]
    return None, line


def _places(line: str, country: str, form: Form) -> Iterator[LargestFirst]:
    """The ways to read region, city and district. The rest is the street."""
    known = divisions_of(country)
    if name := known.begin(line):
        region = known.inside[name]
        yield from _in_region(region, _after(line, name), form, is_short=name in known.short)
    for name, region_name in places_of_one_region(country).items():
        if line.startswith(name):
            yield from _in_region(known.inside[region_name], line, form, is_short=True)


def _in_region(region: Division, line: str, form: Form, *, is_short: bool) -> Iterator[LargestFirst]:
    """A short name of a region may be that of a street too: 北京东路. So a known name inside it has to follow."""
    name = region.begin(line)
    if re.search(form.city_regions, region.name):
        district = name or (None if is_short else _new_district(line, form))
        if district or not is_short:
            yield LargestFirst(None, region.name, region.name, district, _after(line, district or ""))
    elif name:
        city, rest = region.inside[name], _after(line, name)
        district = city.begin(rest) or (None if is_short else _new_district(rest, form))
        yield LargestFirst(None, region.name, city.name, district, _after(rest, district or ""))
    else:  # 江苏省昆山市: a city without the larger one that it is in
        for city in region.inside.values():
            if (name := city.begin(line)) and name.endswith("市"):
                yield LargestFirst(None, region.name, name, None, _after(line, name))


def _new_district(line: str, form: Form) -> str | None:
    match = re.match(form.new_district, line)
    return match[0] if match else None


def _after(line: str, name: str) -> str:
    return line[len(name) :].lstrip(BETWEEN)
