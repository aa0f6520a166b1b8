"""Values that are made of several columns, or of a list in one column, as DuckDB expressions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.lists.proposal import Column
from ingest.lists.proposal.countries import Countries
from ingest.lists.proposal.header_words import words_of
from ingest.lists.proposal.values import STATUSES

DAYS = {
    "Mo": (
        "monday mon montag mo lundi lun lunedi lunes maandag ma segunda 月曜日 月曜 月 poniedzialek mandag "
        "mandag maanantai pondeli"
    ),
    "Tu": (
        "tuesday tue tues dienstag di mardi mar martedi martes dinsdag terca 火曜日 火曜 火 wtorek tirsdag "
        "tisdag tiistai utery"
    ),
    "We": (
        "wednesday wed mittwoch mi mercredi mer mercoledi miercoles mie woensdag wo quarta 水曜日 水曜 水 "
        "sroda onsdag keskiviikko streda"
    ),
    "Th": (
        "thursday thu thur thurs donnerstag do jeudi jeu giovedi jueves jue donderdag quinta 木曜日 木曜 木 "
        "czwartek torsdag torstai ctvrtek"
    ),
    "Fr": (
        "friday fri freitag fr vendredi ven venerdi viernes vie vrijdag sexta 金曜日 金曜 金 piatek fredag "
        "perjantai patek"
    ),
    "Sa": (
        "saturday sat samstag sonnabend sa samedi sam sabato sab sabado zaterdag za 土曜日 土曜 土 sobota "
        "lordag lauantai"
    ),
    "Su": (
        "sunday sun sonntag so dimanche dim domenica dom domingo zondag zo 日曜日 日曜 日 niedziela sondag "
        "sunnuntai nedele"
    ),
}
DAY_OF = {word: day for day, words in DAYS.items() for word in words.split()}
START = frozenset({"open", "opens", "opening", "from", "start", "von", "ouverture", "apertura", "begin", "öffnet"})
END = frozenset({"close", "closes", "closing", "to", "until", "end", "bis", "fermeture", "cierre", "chiusura", "eind"})
FEWEST_DAYS = 5
SEPARATORS = (";", "|", " / ", ",")
FEWEST_DIGITS = 6  # of a phone number
CATEGORY_SHARE = 0.4  # distinct items to items: fewer are words of a vocabulary


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def week_of(columns: Sequence[Column]) -> tuple[str, list[Column]] | None:
    """An expression for opening hours that stand in one column, or two, for each day of the week."""
    days: dict[str, dict[str, Column]] = {}
    for column in columns:
        words = [word for word in words_of(column.name) if word not in ("hours", "opening", "times")]
        named = [DAY_OF[word] for word in words if word in DAY_OF]
        role = "start" if START & set(words_of(column.name)) else "end" if END & set(words_of(column.name)) else "all"
        if role == "start" and not END & {w for c in columns for w in words_of(c.name)}:
            role = "all"
        if len(named) == 1 and len(words) <= 2 and not column.is_inner:
            days.setdefault(named[0], {}).setdefault(role, column)
    parts, used = [], []
    for day in DAYS:
        found = days.get(day, {})
        if "all" in found:
            parts.append(f"{literal(day + ' ')} || {found['all'].sql}")
            used.append(found["all"])
        elif {"start", "end"} <= found.keys():
            parts.append(f"{literal(day + ' ')} || {found['start'].sql} || '-' || {found['end'].sql}")
            used += [found["start"], found["end"]]
    return (f"concat_ws('; ', {', '.join(parts)})", used) if len(parts) >= FEWEST_DAYS else None


def joined(columns: Sequence[Column]) -> str:
    """The lines of an address as one text."""
    lines = ", ".join(f"nullif(trim({column.sql}), '')" for column in columns)
    return f"concat_ws(', ', {lines})"


def reference(column: Column, name: str, several: bool) -> list[Any]:
    """What stands in the contract for a column: its name, the items of a list, or where a cell is cut."""
    if column.is_list:
        if several:
            return [f"{column.name}/{number}" for number in range(3)]
        if name == "opening_hours" and not column.is_inner:
            return [{"sql": f"array_to_string(json_extract_string({column.sql}, '$[*]'), '; ')"}]
        return [f"{column.name}/0"]
    separator = _separator(column, name) if several and not column.is_inner else None
    return [{"column": column.name, "split": separator}] if separator else [column.name]


def _separator(column: Column, name: str) -> str | None:
    """What separates several values in a cell. A comma only between words that come again and again."""
    for separator in SEPARATORS:
        cut = [value.split(separator) for value in column.values if separator in value]
        if not cut or len(cut) < 0.05 * len(column.values):
            continue
        items = Counter(item.strip().casefold() for value in column.values for item in value.split(separator))
        if name == "phone" and not all(_are_phones(parts) for parts in cut):
            continue  # "0221 / 49 82 01" is one number
        if separator in (";", "|") or name in ("phone", "email"):
            return separator
        if name == "raw_categories" and len(items) <= CATEGORY_SHARE * items.total():
            return separator
    return None


def _are_phones(parts: Sequence[str]) -> bool:
    return all(sum(character.isdigit() for character in part) >= FEWEST_DIGITS for part in parts if part.strip())


def country_value(column: Column, countries: Countries) -> tuple[Any, list[str]]:
    """The column itself if it holds ISO codes; else a table from its words to codes. Also the unknown words."""
    codes = {value: countries.code(value) for value in set(column.values)}
    unknown = sorted(value for value, code in codes.items() if code is None)
    if all(value.strip().upper() == code for value, code in codes.items() if code) or column.is_inner:
        return column.name, unknown
    words = sorted((value.strip().casefold(), code) for value, code in codes.items() if code)
    return {"sql": _table(column, dict(words), f" else {column.sql}")}, unknown


def status_value(column: Column) -> Any:
    """The column if it holds the words of a record; else a table to them."""
    words = {value.strip().casefold() for value in column.values}
    if column.is_inner or all(STATUSES.get(word) == word for word in words):
        return column.name
    return {"sql": _table(column, STATUSES)}


def _table(column: Column, words: Mapping[str, str], otherwise: str = "") -> str:
    cases = " ".join(f"when {literal(word)} then {literal(code)}" for word, code in words.items())
    return f"case lower(trim({column.sql})) {cases}{otherwise} end"


def geometry_value(column: Column) -> Any:
    """GeoJSON as it is; well-known text or binary through DuckDB's own functions."""
    first = column.values[0].strip()
    if first.startswith("{"):
        return column.name
    if re.match(r"0[01]", first):
        return {"sql": f"st_asgeojson(st_geomfromwkb(unhex({column.sql})))"}
    plain = f"regexp_replace({column.sql}, '^SRID=[0-9]+;', '')"
    return {"sql": f"st_asgeojson(try_cast({plain} as geometry))"}
