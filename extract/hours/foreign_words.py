"""Words about opening hours in German, French, Spanish and Italian, each with the English word that it means."""

from __future__ import annotations

import re
from functools import lru_cache

ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The names and short forms of the days, from Monday.
DAYS = {
    "de": ["montags?|mo", "dienstags?|di", "mittwochs?|mi", "donnerstags?|do", "freitags?|fr",
           "samstags?|sonnabends?|sa", "sonntags?|so"],
    "fr": ["lundis?|lun?", "mardis?|mar?", "mercredis?|mer?", "jeudis?|jeu?", "vendredis?|ven?", "samedis?|sam?",
           "dimanches?|dim?"],
    "es": ["lunes|lun|l", "martes|mar|m", "mi[ée]rcoles|mi[ée]|x", "jueves|jue|j", "viernes|vie|v",
           "s[áa]bados?|s[áa]b|s", "domingos?|dom|d"],
    "it": ["luned[ìi]|lun", "marted[ìi]|mar", "mercoled[ìi]|mer", "gioved[ìi]|gio", "venerd[ìi]|ven", "sabato|sab",
           "domenic(?:a|he)|dom"],
}  # fmt: skip
# Other words. "from" is passed over, "until" stands between two times or days.
WORDS = {
    "de": {"until": "bis", "and": "und|sowie", "daily": "täglich|jeden tag", "closed": "geschlossen|ruhetag|zu",
           "except": "außer|ausser", "holidays": "(?:und )?feiertags?e?n?", "from": "von|ab|uhr|geöffnet|jeweils",
           "weekdays": "werktags?|wochentags?", "weekends": "(?:am )?wochenende"},
    "fr": {"until": "au|à|jusqu['’]à", "and": "et|puis", "daily": "tous les jours|7j/7|7j7", "closed": "fermée?s?",
           "except": "sauf|excepté", "holidays": "(?:et )?(?:les )?jours fériés", "from": "du|de|le|les|dès|ouverte?s?",
           "weekends": "(?:le )?week-ends?"},
    "es": {"until": "a|hasta", "and": "y|e", "daily": "todos los días|diariamente|cada día", "closed": "cerrado|cierra",
           "except": "excepto|salvo", "holidays": "(?:y )?festivos", "from": "de|los|desde|abierto|abre|horas",
           "weekends": "fines? de semana"},
    "it": {"until": "alle|al|alla|a|fino alle", "and": "e", "daily": "tutti i giorni|ogni giorno",
           "closed": "chius[oa]|riposo", "except": "tranne|eccetto|escluso", "holidays": "(?:e )?festivi",
           "from": "dal|dalle|dalla|da|il|la|ore|apert[oa]", "weekends": "(?:nel )?(?:weekend|fine settimana)"},
}  # fmt: skip
KINDS = {
    "until": "until", "and": "and", "daily": "every", "closed": "closed", "except": "except", "holidays": "holiday",
    "from": "word", "weekdays": "week", "weekends": "week",
}  # fmt: skip
# "7h", "18h30", "9 Uhr", "9.30 Uhr": times that need no am or pm.
TIME = (
    r"(?<![\w.,:£$€+#])(?:(?P<hour>\d{1,2})\s?(?:h|[.:](?=\d\d\s?(?:uhr|h)\b))\s?(?P<minute>\d{2})?(?:\s?(?:uhr|h))?|"
    r"(?P<bare>\d{1,2})\s?(?:uhr|heures|horas)|(?P<dotted>\d{1,2}:\d{2})\s?(?:uhr|h)?)(?![\w%£$€])"
)


@lru_cache
def pattern_of(language: str) -> re.Pattern[str]:
    """The words of the language and its times. A group's name is the English word, or the day."""
    days = [rf"(?P<{name}>\b(?:{words})\b\.?)" for name, words in zip(ENGLISH_DAYS, DAYS[language], strict=True)]
    others = [rf"(?P<{name}>\b(?:{words})(?!\w))" for name, words in WORDS[language].items()]
    return re.compile("|".join([*others, *days, TIME]), re.IGNORECASE)


def time_in_english(match: re.Match[str]) -> str | None:
    """ "18h30" as 18:30. None if the match is no time."""
    if match["dotted"]:
        return match["dotted"]
    hour = match["hour"] or match["bare"]
    return f"{int(hour)}:{match['minute'] or '00'}" if hour else None
