"""Whose? Whether the clause is about somebody else: a neighbour, another branch, the designer of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from extract.folding import fold
from extract.scope.clauses import Clause, parts_before
from extract.scope.cues import Cue

Whose = Literal["ours", "other", "unclear"]
BRANCH = re.compile(
    r"\b(?i:the|our|at|in)\s+((?:[^\W\d_a-z][\w'’-]+\s){1,2})(?:branch|site|practice|location|shop|store|"
    r"studio|campus|"
    r"office|club|centre|center|venue|restaurant|salon|surgery|clinic|outlet|showroom|bakery|gym)\b"
)
# "The club in Truro has squash", and after the value: "at our Truro branch", "for squash go to Truro".
LABEL_OF_A_BRANCH = re.compile(r"^\W*(?!The|Our|This|Each)((?:[^\W\d_a-z][\w'’-]+\s){1,2})branch\b")
IN_A_TOWN = re.compile(
    r"\b(?i:the|our)\s+(?:[\w-]+\s)?(?:branch|site|practice|shop|store|studio|campus|office|club|centre|center|venue|"
    r"restaurant|salon|surgery|clinic|gym|hall|pool|school|house)\s+in\s+([^\W\d_a-z][\w'’-]+)"
)
ELSEWHERE = re.compile(
    r"\b(?:go|goes|head|heads|try|visit|see|travel|drive)\b[^.,;]{0,40}?\b(?:in|to)\s+([^\W\d_a-z][\w'’-]+)"
)
WORD = re.compile(r"[^\W\d_][\w'’.-]*")
SUBJECT = re.compile(
    r"^\W*((?:[^\W\d_][\w'’-]*\s+){1,5}?)(?:has|have|offers?|provides?|features?|boasts?|runs?|teaches|"
    r"sells?|hosts?)\b"
)
OF_IT = re.compile(r"^\W*(?:its?|their|they|there)\b", re.IGNORECASE)
# "The hotel next door has parking": the subject is the neighbour.
NEIGHBOUR_HAS = re.compile(
    r"\b(?:the|a|our)\s+(?:[\w'’-]+\s+){1,3}(?:next door|opposite|nearby|across the (?:road|street|way)|"
    r"(?:over|down|up) the (?:road|street)|around the corner|beside us|next to us)\s+"
    r"(?:has|have|had|offers?|provides?|does|is|are|with)\b",
    re.IGNORECASE,
)
# "Parking 200 m away", "coin parking 3 min walk".
AT_A_DISTANCE = re.compile(
    r"^ (?:(?!max|height|hauteur|höhe|hoogte|altura|altezza)[^\W\d_]+\.? ){0,4}"
    r"\d+(?:[.,]\d+)?[\s-]?(?:(?:m|km|metres?|meters?|mètres?|metros|metri|miles?|yards|yds)\b(?!²)|"
    r"(?:min(?:ute)?s?|minut[eois]+|minuten)\b[^.;,]{0,12}\b(?:walk|away|on foot|à pied|zu fuß|fußweg|a piedi|a pie|"
    r"andando|a pé|lopen|pieszo)\b)",
    re.IGNORECASE,
)
# "El parking de la plaza está a 2 minutos".
AT_MINUTES = re.compile(
    r"^[^.;,|•·\n]{0,40}?\s(?:a|à|at|op|på|za|zu|in|is|are|está|est|è|ist|=)\s(?:about |unos |circa |ca\.? |"
    r"environ |etwa )?"
    r"\d+(?:[.,]\d+)?[\s-]?(?:m|km|metres?|meters?|mètres?|metros|metri|meter|min(?:ut\w*)?)\b(?! (?:free|"
    r"gratis|max))",
    re.IGNORECASE,
)
# "Parking: metered on the street": the street is public.
ON_THE_STREET = re.compile(
    r"^[^.;,|•·\n]{0,40}?\b(?:(?:on|in) (?:the |nearby |surrounding |adjacent )*(?:streets?|roadside)|on-street|"
    r"street only|"
    r"(?:i|in|im|in der|in de|dans le|dans un|au|en el|en un|nel|no|w|v) (?:p-hus\w*|parkeringshus\w*|"
    r"parkeergarage|tiefgarage|parkhaus|"
    r"parking public|parking municipal|parking público|parcheggio (?:pubblico|comunale)|parque público)\b|"
    r"(?:auf|an|in) der straße|dans (?:la|les) rues?|en la (?:calle|vía)|in strada|su strada|na rua|op straat|"
    r"på gat[ae]n?|na ulicy)\b",
    re.IGNORECASE,
)
# "Parking at the village hall": a house with a name or a kind of its own, which is no part of this one.
AT_ANOTHER = re.compile(
    r"^\s+(?:is |are )?(?:available |possible |provided |offered )?(?:only )?(?:at|in|on|behind|beneath|under) "
    r"(?:the |a )?(?P<house>(?:[\w'’&-]+ ){0,3}?(?:hall|hotel|school|church|station|supermarket|library|mall|museum|"
    r"stadium|pub|hospital|university|college|(?:shopping|leisure|sports|garden|town|community|"
    r"retail) cent(?:re|er)))\b",
    re.IGNORECASE,
)
AT_A_NAME = re.compile(r"^(?: [a-z]+){0,2} at (?:the )?(?P<house>[A-Z][\w'’&-]+(?: [A-Z][\w'’&-]+)*)")
OF_THE_HOUSE = re.compile(r"(?:Level|Basement|Ground|Floor|Rear|Front|Back|Side|Gate|Entrance|Reception|Lot|Zone)\b")
AND_THEN = re.compile(r"\W*(?:is|are|available|possible|free|gratis|ist|sind|est|hay|es|is er)?\W*", re.IGNORECASE)
BEHIND = re.compile(
    r"(?:behind|in front|outside|hinter|vor|derrière|devant|detrás|dietro|davanti|atrás|achter|bakom|bag|bak|za|iza|"
    r"takana|mögött|arkasında|în spatele|înaintea|între|between|zwischen|entre|tra)\b",
    re.IGNORECASE,
)
OWN_HOUSE = re.compile(
    r"\b(?:building|house|clubhouse|entrance|door|venue|premises|site|haus|gebäude|eingang|tür|bâtiment|"
    r"maison|entrée|"
    r"edificio|edifício|entrada|puerta|ingresso|casa|gebouw|pand|ingang|budyn\w+|wejści\w+|bygning\w*|ingång\w*|"
    r"indgang\w*|inngang\w*|budov\w+|vchod\w*|zgrad\w+)\b",
    re.IGNORECASE,
)
# "Das Hallenbad Haslach ist täglich geöffnet": a name of its own, which is not in the title.
ANOTHER_HOUSE = re.compile(
    r"^\W*(?i:the|das|der|die|le|la|el|il|lo|het|de)\s+((?:[^\W\d_a-z][\w'’-]+\s+){2,3})"
    r"(?:is|ist|est|está|è|opens|öffnet|ouvre|abre|apre)\b"
)
# "A second gym opens in Boulder": a house that is not this one, or not there yet.
ONE_MORE = re.compile(
    r"\b(?:second|third|fourth|sister|another|further|zweite[rs]?|dritte[rs]?|weitere[rs]?|deuxième|troisième|"
    r"second[ao]?|segund[ao]|terz[ao]|tercer[ao]?|otr[ao]|altr[ao]|outr[ao]|tweede|derde|andra|annan|drug[ai])\s+$",
    re.IGNORECASE,
)
OPENS_LATER = re.compile(
    r"^(?:\s+[^\W\d_][\w'’-]*){0,2}?\s+(?:opens|opening|is (?:opening|due|coming)|(?:will|to) open|coming|"
    r"(?:er)?öffnet|ouvre|ouvrira|abre|abrirá|apre|aprirà|opent|öppnar|åbner|åpner)\b",
    re.IGNORECASE,
)
NEAREST = re.compile(r"(?:the |for the )?(?:nearest|closest)\b", re.IGNORECASE)
ITEM_ENDS = re.compile(r"[,(]")
ANOTHER_VALUE = re.compile(r"\d{3}|@")
# A practice calls its opening hours office hours.
PRACTICES = frozenset(
    fold(
        "dental dentist dentistry doctor medical clinic physician practice law lawyer attorney insurance orthodontics "
        "orthodontist chiropractic chiropractor pediatric pediatrics dermatology optometry vet veterinary realty "
        "office offices council"
    )
)
LEADS = frozenset(["contact", "hours"])


def whose(clause: Clause, kind: str, ours: frozenset[str]) -> Whose:
    """`ours` are the folded words of the place's name, its town and the query."""
    if any(clause.reaches(cue) for cue in clause.cues_after("not_ours")):
        return "other"
    if any(":" in clause.between(cue) for cue in clause.cues_before("others")):
        return "other"  # "Recommended: Fitness Junction"
    if kind == "feature" and (
        AT_A_DISTANCE.match(clause.after) or AT_MINUTES.match(clause.after) or ON_THE_STREET.match(clause.after)
    ):
        return "other"
    if kind == "feature" and (house := AT_ANOTHER.match(clause.after)) and not ours & set(fold(house["house"])):
        return "other"
    if kind in ("feature", "thing") and _is_at_a_name(clause, ours):
        return "other"
    if kind == "feature" and any(_is_where(cue, clause, ours) for cue in clause.cues_after("beside")):
        return "other"
    if _is_of_branch(clause, ours) or (kind in LEADS and _is_owned(clause, kind, ours)):
        return "other"
    if kind == "hours" and (house := ANOTHER_HOUSE.match(clause.before)) and not ours & set(fold(house[1])):
        return "other"
    if kind in ("thing", "name") and ONE_MORE.search(clause.before) and OPENS_LATER.match(clause.after):
        return "other"
    if kind in ("thing", "feature", "count") and (_is_beside(clause) or NEIGHBOUR_HAS.search(clause.before)):
        return "other"
    if kind == "access" and any(
        clause.reaches(cue) and not _is_of_ours(cue, clause, ours) for cue in clause.cues_before("part")
    ):
        return "other"  # "Bar open to all"
    if kind == "town" and _is_near_town(clause):
        return "other"
    if kind == "address" and any(
        clause.reaches(cue) and not clause.between(cue).strip(" ,") for cue in clause.cues_before("beside")
    ):
        return "other"
    if kind == "address" and _is_owned(clause, kind, ours):
        return "other"
    if kind in ("contact", "hours", "address"):
        is_plain = _is_plain(clause, ours, is_near=kind == "address")
        return "ours" if is_plain and not (kind == "hours" and _begins_with_another(clause, ours)) else "unclear"
    return "unclear" if kind in ("thing", "feature", "count") and _has_unknown_subject(clause, ours) else "ours"


def _is_at_a_name(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether it is at a house with a name of its own: "Parking at Menara Plaza"."""
    house = AT_A_NAME.match(clause.after)
    return house is not None and not ours & set(fold(house["house"])) and not OF_THE_HOUSE.match(house["house"])


def _is_where(cue: Cue, clause: Clause, ours: frozenset[str]) -> bool:
    """Whether it says that the value is beside another house: "Parking next to the station". Behind it is our own."""
    if not AND_THEN.fullmatch(clause.between(cue)) or BEHIND.match(clause.text, cue.start):
        return False
    beside = clause.text[cue.end : min(clause.end, cue.end + 40)]
    return bool(beside.strip()) and not OWN_HOUSE.search(beside) and not ours & set(fold(beside))


def _is_of_branch(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether it is said of another branch: "The Gorgie branch has parking", or in the sentence after it."""
    said, parts = [clause.before], parts_before(clause)
    part = clause.text[clause.start : clause.target.end]
    while OF_IT.match(part):  # "Its number is": the branch is named in a part before
        part = next(parts, "")
        said.append(part)
    after = ITEM_ENDS.split(clause.after, 1)[0]
    named = [match for part in (*said, after) for match in (*BRANCH.finditer(part), *IN_A_TOWN.finditer(part))]
    named += [match for match in [LABEL_OF_A_BRANCH.match(clause.before)] if match]
    return any(not ours & set(fold(match[1])) for match in (*named, *ELSEWHERE.finditer(after)))


def _is_owned(clause: Clause, kind: str, ours: frozenset[str]) -> bool:
    """Whether a word before the value names its owner: "Fax:", "website by", "Café open daily"."""
    of_others = {
        "hours": ("owner", "seat", "neighbour", "part"),
        "contact": ("owner", "seat", "neighbour"),
        "address": ("owner", "neighbour"),  # the seat of a company is its address
    }[kind]
    if any(clause.between(cue).strip() in ("(", "[") for cue in clause.cues_after("owner")):
        return True  # "0131 496 0001 (taxi)"
    if any(_is_lead(cue, clause) for cue in clause.cues_before("beside") if NEAREST.match(clause.text, cue.start)):
        return True  # "The nearest is Mill Car Park (0114 496 0171)"
    return any(not _is_of_ours(cue, clause, ours) and _is_lead(cue, clause) for cue in clause.cues_before(*of_others))


def _is_of_ours(cue: Cue, clause: Clause, ours: frozenset[str]) -> bool:
    words = fold(clause.text[cue.start : cue.end])
    return set(words) <= ours or (words == fold("office hours") and not ours.isdisjoint(PRACTICES))


def _is_lead(cue: Cue, clause: Clause) -> bool:
    """Whether no other value is between: "Fax 0131 496 0001, phone 0131 496 0002"."""
    between = clause.between(cue)
    return not ANOTHER_VALUE.search(between) and not clause.turns_between(cue)


def _is_beside(clause: Clause) -> bool:
    for cue in clause.cues_before("beside", "neighbour"):
        is_open = ":" not in clause.between(cue)
        if (
            clause.text[cue.start : cue.end].casefold().startswith("between")
            and is_open
            and "," not in clause.between(cue)
        ):
            return True  # "between the church and the squash club"
        if clause.reaches(cue, *(["own"] if "beside" in cue.kinds else [])) and is_open:
            return True
    return any(
        not clause.turns_between(cue) and "," not in clause.between(cue) and len(clause.between(cue).split()) <= 3
        for cue in clause.cues_after("beside_after")
    )


def _is_near_town(clause: Clause) -> bool:
    """Whether the text says that the place is near the town, not in it."""
    for cue in clause.cues_before("beside", "beside_area", "welcome"):
        between = clause.between(cue)
        if "welcome" in cue.kinds:
            return False  # "in the south of Bath"
        is_near = "," not in between and len(between.split()) <= 2 and not clause.turns_between(cue, "own")
        if is_near:
            return True
    return False


def _has_unknown_subject(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether the clause has a subject that may be somebody else: "The library offers wifi"."""
    match = SUBJECT.match(clause.before)
    if not match:
        return False
    known = [(cue.start, cue.end) for cue in clause.cues_before("plain", "own", "has", "turn", "now")]
    return not all(_is_ours(word, clause, known, ours) for word in WORD.finditer(clause.before, *match.span(1)))


def _is_ours(word: re.Match[str], clause: Clause, known: Iterable[tuple[int, int]], ours: frozenset[str]) -> bool:
    start, end = clause.start + word.start(), clause.start + word.end()
    return set(fold(word[0])) <= ours or any(low <= start and end <= high + 1 for low, high in known)


def _is_plain(clause: Clause, ours: frozenset[str], *, is_near: bool = False) -> bool:
    """Whether each word before the value is a plain lead-in, a name or a number. Then nobody else is meant.

    `is_near`: only the words after the last comma count.
    """
    plain = [(cue.start, cue.end) for cue in clause.cues_before("plain", "turn", "own", "has", "left")]
    begins = clause.before.rfind(",") + 1 if is_near else 0
    return all(_is_known(word, clause, plain, ours) for word in WORD.finditer(clause.before, begins))


def _begins_with_another(clause: Clause, ours: frozenset[str]) -> bool:
    """Whether the first word is no lead-in: "Lane swimming Mon 7-9". A sentence begins with a capital, too."""
    plain = [(cue.start, cue.end) for cue in clause.cues_before("plain", "turn", "own", "has", "left")]
    first = WORD.search(clause.before)
    return first is not None and not _is_ours(first, clause, plain, ours)


def _is_known(word: re.Match[str], clause: Clause, plain: Iterable[tuple[int, int]], ours: frozenset[str]) -> bool:
    if _is_ours(word, clause, plain, ours):
        return True
    is_label = ":" in clause.before[word.end() :] or not clause.before[: word.start()].strip()
    return word[0][0].isupper() and not (is_label and ":" in clause.before)
