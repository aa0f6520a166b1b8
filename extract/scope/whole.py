"""Whole? Whether the clause limits the value to some people, days or parts."""

from __future__ import annotations

import re

from extract.scope.clauses import Clause

SOME_OF = re.compile(r"\b(?:of|from) (?:the|our|its|these)\s+$", re.IGNORECASE)  # "2 of the 6 courts are open"
AT_TIMES = re.compile(
    r"\W*(?:except|excluding|apart|außer|sauf|excepto|salvo|tranne|eccetto|behalve|on|at|in|after|before|"
    r"during|from|until|for|am|im|für|ab|le|les|pour|los|las|para|il|la|per|na|no)\b",
    re.IGNORECASE,
)  # "members only on Sundays"

FIRST_ONLY = re.compile(
    r"\b(?:first|1st) (?:\w+ )?(?:visits?|sessions?|class(?:es)?|hours?|months?|weeks?|time)\W*$", re.IGNORECASE
)
# "Screens 1 and 2 are accessible, Screen 3 is not", "ramp at the entrance, but the upper floor has no lift".
BUT_NOT = re.compile(
    r"^[^.;|•·\n]{0,60}?(?:,|\bbut|\baber|\bmais|\bpero|\bma)\s[^.;|•·\n]{0,40}?"
    r"\b(?:(?:is|are|has|have)(?: not\b|n['’]t\b| no\b)|nicht|kein|pas\b|sin\b|senza)",
    re.IGNORECASE,
)
# "No parking on zigzags".
ON_A_PART = re.compile(
    r"^\s+(?:on|along|across|outside|in front of|auf (?:dem|der)|sur|sobre|en la|sul|sulla|op|på|"
    r"na) (?!site|place|locatie|plats|plass|the premises|this)[^\W\d_]",
    re.IGNORECASE,
)
# A denial that holds for a part or a time: "no wifi at weekends", "not suitable above the ground floor".
NOT_ALWAYS = re.compile(
    r"^[^.;,|•·\n]{0,30}?\b(?:(?:on|at) (?:weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|match days?|"
    r"event days?)|"
    r"(?:above|beyond|below|except|upstairs|downstairs|in the (?:basement|garden|rooms?)|on the (?:upper|first|"
    r"top|second)|"
    r"after \d|before \d|during)\b|am wochenende|sonntags|samstags|im (?:keller|obergeschoss|garten)|"
    r"la fin de semaine|"
    r"le (?:week-end|dimanche|samedi)|à l['’]étage|los (?:fines de semana|domingos)|nel (?:fine settimana|weekend)|"
    r"in het weekend|aos domingos|i helgen)",
    re.IGNORECASE,
)
# The same with the part before it: "Changing rooms are not accessible", "die Umkleiden sind nicht barrierefrei".
PART_IS_NOT = re.compile(
    r"\b(?:(?:changing|locker|shower|wash|function|meeting|bed)[ -]?rooms?|(?:toilets?|wcs?|showers?|restrooms?|"
    r"bathrooms?)|(?:upper|lower|first|second|third|top|mezzanine) (?:floors?|levels?|decks?)|mezzanine|upstairs|"
    r"basement|cellar|balcony|(?:roof )?terrace|(?:screen|hall|saal|salle|sala|zaal|sal|sál) \d|"
    r"umkleiden?|umkleideräume|toiletten?|duschen|obergeschoss|untergeschoss|keller|empore|terrasse|"
    r"vestiaires?|toilettes|douches|étages?|sous-sol|aseos?|baños?|vestuarios?|planta (?:alta|superior)|"
    r"sótano|terraza|"
    r"spogliato[io]|bagn[oi]|piano superiore|seminterrato|terrazza|kleedkamers?|bovenverdieping|kelder|terras|"
    r"balneários?|casas? de banho|vestiários?|andar superior|omklædningsrum|omklädningsrum|garderober?|"
    r"szatnie|toalety)"
    r"\b(?:(?!\b(?:but|and|or|aber|und|mais|et|pero|y|ma|maar)\b)[^.;,:|•·\n\d]){0,25}$",
    re.IGNORECASE,
)


# "Accessible only on the ground floor", "seul le rez-de-chaussée est accessible", "wifi only in the lobby".
ONLY = re.compile(
    r"^\W*(?:(?:is|are|est|ist|è|es|er|är) )?(?:only|solo|sólo|solamente|soltanto|nur|uniquement|seulement|"
    r"alleen|enkel|apenas|"
    r"somente|só|tylko|pouze|jen|endast|bara|kun|bare|vain|csak|doar|numai|samo|sadece)\b(?! (?:£|€|\$|\d))",
    re.IGNORECASE,
)
ONLY_BEFORE = re.compile(
    r"\b(?:only|solo|sólo|soltanto|nur|seule?s?|uniquement|alleen|enkel|apenas|somente|só|tylko|pouze|endast|"
    r"bara|kun|bare)"
    r"\s(?:[\w'’-]+\s){1,6}(?:is|are|est|sont|ist|sind|è|es|is|é|jest|je|är|er|on)?\s*(?:[\w'’]+\s)?$",
    re.IGNORECASE,
)


def is_denied_in_part(clause: Clause, kind: str) -> bool:
    """Whether the clause denies a feature only for a part of the place, or for some days."""
    return kind == "feature" and bool(
        NOT_ALWAYS.match(clause.after) or ON_A_PART.match(clause.after) or PART_IS_NOT.search(clause.before)
    )


def is_partial(clause: Clause, kind: str) -> bool:
    if (kind == "count" and SOME_OF.search(clause.before)) or (kind == "access" and AT_TIMES.match(clause.after)):
        return True
    if kind == "access" and FIRST_ONLY.search(clause.before):
        return True
    if kind == "feature":
        if BUT_NOT.match(clause.after) or ONLY.match(clause.after) or ONLY_BEFORE.search(clause.before):
            return True
        limits = ("restricted",)
    elif kind == "count":
        limits = ("more_of",)
    else:
        return False
    return any("," not in clause.between(cue) and not clause.turns_between(cue) for cue in clause.cues_after(*limits))
