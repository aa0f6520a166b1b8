"""Reads prices that say what they are for: admission, an hour, a night, "from". A reduced price is none of these."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator

from extract.folding import fold_each
from extract.found import Found
from extract.phrases import Mention, Phrases

PRICE_OF = "_price"  # the end of what a label of the seed names
CURRENCIES = {
    **dict.fromkeys(["€", "eur", "euro", "euros"], "€"),
    **dict.fromkeys(["£", "gbp"], "£"),
    **dict.fromkeys(["$", "usd"], "$"),
    "chf": "CHF",
    "kr": "kr",
    "zł": "zł",
    "kč": "Kč",
}
SIGN = "|".join(map(re.escape, sorted(CURRENCIES, key=len, reverse=True)))
NUMBER = r"\d{1,3}(?:[ ,.]\d{3})*(?:[.,]\d{2})?(?![\d])|\d{1,5}(?:[.,]\d{2})?(?![\d])"
PRICE = re.compile(
    rf"(?<![\w.,-])(?:(?P<before>{SIGN})\s?(?P<first>{NUMBER})|(?P<last>{NUMBER})\s?(?P<after>{SIGN})(?!\w))",
    re.IGNORECASE,
)
CENTS = re.compile(r"[.,](\d{2})$")
RANGE = re.compile(rf"\s?[-–/]\s?(?:{SIGN})?\s?\d|\s?(?:to|bis|à|a|tot|do)\s(?:{SIGN})?\s?\d", re.IGNORECASE)
# "€44 per court hour", "12 €/Std.", "60 zł za godzinę".
UNIT = re.compile(
    r"\s*(?:/|\b(?:per|pro|par|por|an|a|all['’]|al|la|l['’]|de l['’]|za|each|je|för|pr\.?)\b)\s*(?:[^\W\d]+\s)?"
    r"(?:(?P<hour>hours?|hr|h|std|stunde|heure|hora|ora|uur|godz\w*)|(?P<night>nights?|nacht|nuit|noche|notte|noite|noc)|"
    r"(?P<day>days?|tag|jour|d[ií]a|giorno|dag|dzie[ńn])|(?P<month>months?|monat|mois|mese?|maand|mês|miesi[ąa]c)|"
    r"(?P<kwh>kwh))\b",
    re.IGNORECASE,
)
FROM = re.compile(
    r"\b(?:from|starting at|ab|à partir de|dès|desde|a partire da|a partir de|vanaf|od)\s+$", re.IGNORECASE
)
REDUCED = re.compile(
    r"\b(?:child|children|kids?|concessions?|reduced|students?|seniors?|under \d+|off-peak|members?|ermäßigt|ermässigt|"
    r"kinder|studierende|réduit|enfants?|étudiants?|reducida|niños|estudiantes|ridotto|bambini|studenti|kinderen|"
    r"korting|reduzid[oa]|crianças|ulgowy|dzieci|was|statt|instead of)\b",
    re.IGNORECASE,
)
BREAK = re.compile(r"[.;|•·\n](?!\d)|,(?!\d)")
WINDOW = 80  # characters around a price that may say what it is for
MOST_WORDS_BETWEEN = 3  # "Admission for adults is £ 9"


def find_prices(text: str, labels: Phrases[str]) -> Iterator[tuple[str, Found]]:
    """Prices by what they are for: {"admission_price": "€ 7.50"}. Of two prices for one thing, neither counts."""
    named: list[Mention[str]] | None = None
    by_name: dict[str, list[Found]] = defaultdict(list)
    for match in PRICE.finditer(text):
        if named is None:
            named = labels.among(fold_each(text))
        if RANGE.match(text, match.end()) or (found := _named(match, text, named)) is None:
            continue
        name, start, end = found
        by_name[name].append(Found(json.dumps({name: _written(match)}, ensure_ascii=False), start, end))
    for name, found_ones in by_name.items():
        if len({found.value for found in found_ones}) == 1:
            yield name, found_ones[0]


def is_price(value: str) -> bool:
    """Whether an attribute, as JSON, is a price."""
    name = str(next(iter(json.loads(value))))
    return name.endswith(PRICE_OF) or name.startswith("price_per_")


def _named(match: re.Match[str], text: str, labels: list[Mention[str]]) -> tuple[str, int, int] | None:
    """What the price is for, and the part of the text that says so."""
    near = max(0, match.start() - WINDOW)
    begins = max((sign.end() for sign in BREAK.finditer(text, near, match.start())), default=near)
    ending = BREAK.search(text, match.end(), match.end() + WINDOW)
    ends = ending.start() if ending else match.end() + WINDOW
    if REDUCED.search(text[begins:ends]):
        return None
    if unit := UNIT.match(text, match.end()):
        return f"price_per_{unit.lastgroup}", match.start(), unit.end()
    label = next((one for one in reversed(labels) if begins <= one.start and one.end <= match.start()), None)
    if label and len(text[label.end : match.start()].split()) <= MOST_WORDS_BETWEEN:
        return label.what, label.start, match.end()
    start = FROM.search(text, begins, match.start())
    return ("from_price", start.start(), match.end()) if start else None


def _written(match: re.Match[str]) -> str:
    """ "3,60 €" as € 3.60."""
    amount, sign = match["first"] or match["last"], match["before"] or match["after"]
    cents = CENTS.search(amount)
    whole = re.sub(r"[ ,.]", "", amount[: cents.start()] if cents else amount)
    return f"{CURRENCIES[sign.lower()]} {whole}{'.' + cents[1] if cents else ''}"
