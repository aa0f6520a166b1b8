"""Tells hours that hold in a season or by appointment from hours that hold all year."""

from __future__ import annotations

import re

from extract.hours.hour_words import MONTH_ABROAD, UNPLAIN
from extract.hours.stated_week import Week

SENTENCE_END = re.compile(rf"[.!?](?=\s)(?!(?<=\d\.)\s{MONTH_ABROAD})|[\n|•·]", re.IGNORECASE)  # "1. Mai"
OPENING = re.compile(
    r"\b(?:open\w*|close[ds]?|shut|hours|times|geöffnet|öffn\w*|geschlossen|schließt|ouvert\w*|fermée?s?|horaires?|abiert[oa]|"
    r"cerrad[oa]|horario|apert[oa]|chius[oa]|orari?o?|season(?= ?:)|saison(?= ?:)|temporada(?= ?:)|stagione(?= ?:))\b",
    re.IGNORECASE,
)


def is_seasonal(text: str, week: Week) -> bool:
    """Whether the sentences of the hours, or others about opening, speak of seasons: "Moved in May" does not."""
    start = 0
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        sentence = text[start:end]
        is_of_hours = (start < week.end and week.start < end) or OPENING.search(sentence)
        if is_of_hours and UNPLAIN.search(sentence):
            return True
        start = end
    return False
