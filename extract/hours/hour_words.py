"""Splits opening hours in English prose into words and times of day."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.hours.foreign_words import DAYS as FOREIGN_DAYS
from extract.hours.foreign_words import KINDS, NARROW, UNSPACED, pattern_of, time_in_english

LANGUAGES = frozenset(FOREIGN_DAYS)
Span = tuple[str, str]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
# "da giugno a settembre", "1. April bis 31. Oktober".
MONTH_ABROAD = (
    r"(?:januar[iy]?|februar[iy]?|märz|maart|mars|marts|april|avril|abril|aprile|mai|mei|maj|mayo|maio|maggio|juni|juin|"
    r"junio|junho|giugno|juli|juillet|julio|julho|luglio|august[ios]?|augusti|août|agosto|septemb(?:er|re)|septiembre|"
    r"setiembre|setembro|settembre|o[kc]tober|octobre|octubre|outubro|ottobre|november|novembre|noviembre|novembro|"
    r"de[cz]ember|décembre|diciembre|dezembro|dicembre|janvier|enero|janeiro|gennaio|février|febrero|fevereiro|febbraio|"
    r"marzo|março|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|"
    r"grudnia|ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince|siječnja|veljače|ožujka|travnja|"
    r"svibnja|lipnja|srpnja|kolovoza|rujna|studenog|prosinca|januara|februara|aprila|juna|jula|avgusta|septembra|oktobra|"
    r"novembra|decembra|ianuarie|februarie|martie|aprilie|iunie|iulie|septembrie|octombrie|noiembrie|decembrie)"
)
MONTHS_ABROAD = (
    rf"{MONTH_ABROAD} ?(?:20\d\d )?(?:-|–|to|bis|à|au|a|al|ao|até|hasta|fino a|tot(?: en met)?|t/m|til|till|do|"
    r"până în|la) ?"
    rf"(?:(?:le |el |il )?\d{{1,2}}(?:er|\.|º|°)? ?(?:de )?)?{MONTH_ABROAD}"
)
SEASON_ABROAD = (
    r"(?:(?:sommer|winter|frühling|herbst|été|hiver|verano|invierno|estate|inverno|verão|zomer|sommar|"
    r"vinter)(?: 20\d\d)?"
    r" ?(?=[:(])|(?:sommer|winter)(?:öffnungszeiten|zeiten)|horaires? d['’](?:été|hiver)|horario de (?:verano|"
    r"invierno)|"
    r"orari[oi]? (?:estiv|invernal)[oi]|(?:zomer|winter)uren|under säsong(?:en)?|i (?:sesongen|sæsonen|säsong)|"
    r"(?:in der|während der) (?:haupt|neben)?saison|in het seizoen|in stagione|(?:en|durante la) temporada|"
    r"(?:haupt|neben|vor|nach)saison|(?:haute|basse) saison|temporada (?:alta|baja)|(?:alta|bassa) stagione)"
)
TOKEN = re.compile(
    r"(?P<always>(?<![\d/])24 ?/ ?7(?![\d/])|24 hours(?: a day)?,? (?:(?:7|seven) days(?: a week)?|every day|daily)"
    r"|\bopen(?: for)? 24 ?(?:hours?|hrs?|h)\b(?! (?:on|mon|tue|wed|thu|fri|sat|sun))|\b24[- ]?(?:hours?|"
    r"hrs?|h) access\b"
    r"|\b24 ?h(?:eures)?(?: ?/ ?|/| sur )24\b|\brund um die uhr (?:geöffnet|offen)\b|"
    r"\babiert[oa]s? (?:las )?24 (?:horas|h)\b"
    r"|\babert[oa]s? 24 ?(?:horas|h)\b|\bapert[oaie] 24 (?:ore|h)\b|\b24 ore su 24\b|\b24 uur per dag\b"
    r"|\b24 ?u(?:ur)? ?/ ?24\b|\b(?:otevřeno )?nonstop\b|\bcałodobowo\b"
    r"|\bdøgnåpent?\b|\bdøgnet rundt\b|\bdygnet runt\b|\båpent 24 timer\b)"
    r"|(?P<every>daily|every ?day|all days|(?:7|seven) days(?: a week)?|all week)\b"
    r"|(?P<week>weekdays?|weekends?|(?<![\w-])m ?[-–] ?f(?=[ :]))\b"
    r"|(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?\b|\b\.?))"
    r"|(?P<holiday>(?:(?:public|bank) )?(?:holidays?|hols?)\b|b/?hs?\b)"
    r"|(?P<time>(?<![\w.,:£$€+#])\d{1,2}(?:[:.]\d{2})?(?:\s*(?:am|pm|a\.m\.|p\.m\.))?(?![\d\w%£$€]|[.,:/]\d)"
    r"|(?:12 )?(?:noon|midday|midnight)\b)"
    r"|(?P<until>(?:until|till?|til)\b)"
    r"|(?P<dash>[-–—‑]|(?:to|thru|through)\b)"
    r"|(?P<closed>(?:closed|shut|not open(?:ed)?)\b)"
    r"|(?P<except>(?:except(?:ing)?(?: for)?|excluding|excl|apart from|other than|but not)\b)"
    r"|(?P<and>and\b|[,&/+])"
    r"|(?P<stop>[.!?](?=\s|$)|[\n|•·])"
    r"|(?P<mark>[:;()])"
    r"|(?P<word>[^\W\d_][\w'’]*)"
    r"|(?P<other>\S)",
    re.IGNORECASE,
)
CLEAR_TIME = re.compile(r"\d{1,2}[:.]\d{2}|\s*[ap]\.?m|noon|midday|midnight", re.IGNORECASE)
# Beside the name of a day, these words mean that the day has other hours.
RESTRICTIONS = frozenset(["only", "late", "until", "till", "except", "excluding", "apart"])
HALVES_OF_A_DAY = frozenset(
    ["morning", "mornings", "afternoon", "afternoons", "evening", "evenings", "lunchtime", "lunchtimes", "am", "pm"]
)
BEFORE_TIMES = frozenset(["from", "open", "opens", "only", "between", "we", "are", "is", "hours", "on"])
# Hours of an event or a part of the place. They are not the place's hours, unless the text says that it opens.
OF_SOMETHING_ELSE = re.compile(
    r"\b(?:class(?:es)?|sessions?|lessons?|coaching|training|camps?|clinics?|skating|disco|story ?time|nets|practice|"
    r"match(?:es)?|fixtures?|nights?|tours?|services?|happy hour|lunch|dinner|breakfast|brunch|juniors?|toddlers?|"
    r"minis|parking|deliver(?:y|ies)|collections?|we (?:play|meet|train|practise)|meets?|off-peak|peak|free|"
    r"reception|office|desk|phone|lines?|helpline|kitchen|staffed|crèche|creche|leagues?|opd|bistro|"
    r"mittag\w*|küche|kurse?|gottesdienste?|messen?|führungen|cuisine|cours|messes?|service du midi|cocina|"
    r"clases|misas?|"
    r"menú del día|cucina|pranzo|cena|corsi|lezioni|keuken|lessen|bemannet|patinage|"
    r"natation|séances?|ateliers?|eislauf\w*|sesiones?|talleres?|pattinaggio|"
    r"tastings?|weinproben?|dégustations?|degustazioni|degustaciones)\b",
    re.IGNORECASE,
)
OPENS = re.compile(r"\b(?:open(?:s|ing)?|hours|times)\b", re.IGNORECASE)
# Hours that a plain week cannot express: seasonal or changing hours.
UNPLAIN = re.compile(
    r"\b(?:(?:in|during|over|throughout|through) (?:the )?(?:winter|summer|spring|autumn|term|season|school holidays?)|"
    r"(?:winter|summer|seasonal|term|holiday|christmas|easter|temporary|festive) (?:opening|hours|times|season)|"
    r"(?:winter|summer|spring|autumn|term)(?: 20\d\d)? ?(?=[:(–-])|(?<=\()(?:winter|summer|spring|autumn|term)|"
    r"term[- ]?times?|(?:off|low|high|out of)[- ]season|in season|summer only|winter only|"
    rf"{MONTH} ?(?:-|–|to|until|till|through) ?{MONTH}|{MONTHS_ABROAD}|{SEASON_ABROAD}|"
    rf"(?:from|until|till|in|during) (?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}|"
    r"(?:hours|times)(?: may)? vary|weather permitting|dawn|dusk|sunrise|sunset|by appointment|"
    r"(?:im|am|in den) (?:sommer|winter|frühjahr|herbst|ferien|schulferien)|sommerferien|nach vereinbarung|"
    r"saisonal|sur rendez-vous|en (?:été|hiver|saison)|vacances scolaires|hors saison|en (?:verano|invierno)|con cita|"
    r"(?:cita previa|previa cita)|(?:d['’]|in )(?:estate|inverno)|su (?:appuntamento|prenotazione)|"
    r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th|alternate|every other) "
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?)\b",
    re.IGNORECASE,
)


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str, language: str | None = None) -> list[Token]:
    """The words of the text, in English. `language` is the one that the text may be in besides English."""
    if language not in LANGUAGES:
        return [Token(m.lastgroup or "", m[0].lower(), m.start(), m.end()) for m in TOKEN.finditer(text)]
    foreign, tokens, at = pattern_of(language), list[Token](), 0
    if language in UNSPACED:
        text = text.translate(NARROW)
    while at < len(text):
        own = foreign.match(text, at)
        match = own or TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        tokens.append(_in_english(own) if own else Token(match.lastgroup or "", match[0].lower(), at, match.end()))
        is_run = own is None and language == "ja" and match.lastgroup == "word" and not match[0].isascii()
        at = at + 1 if is_run else match.end()  # a run of letters has several words
    return tokens


def _in_english(match: re.Match[str]) -> Token:
    if time := time_in_english(match):
        return Token("time", time, match.start(), match.end())
    word = match.lastgroup or ""
    return Token(KINDS.get(word, "day"), word, match.start(), match.end())


def opening_span(
    opens: str, closes: str, before: Span | None, *, is_lenient: bool = False, is_of_24: bool = False
) -> Span | None:
    """Both times of day. None if they are ambiguous: "9 to 5", "6-10pm". After a morning, "1-5pm" is clear.

    `is_lenient` takes the reading that a person takes: "9 to 5" ends in the afternoon. `is_of_24`: the text has times
    after 12, as of a clock of 24 hours.
    """
    first, last = time_of_day(opens), time_of_day(closes)
    if first is None or last is None:
        return None
    is_bare = bool(re.fullmatch(r"\d{1,2}(?:[:.]\d{2})?", opens)) and not opens.startswith("0")
    later = f"{int(first[:2]) + 12:02d}{first[2:]}"
    may_be_later = is_bare and "p" in closes and later < last
    if may_be_later and before and first < before[1] <= later:
        return (later, last)
    if is_lenient and is_bare:
        return _as_usual(first, last, closes)
    if is_bare and is_of_24 and first >= "12:00" and last <= "06:00":
        return (first, last if last != "00:00" else "24:00")  # "15–1 Uhr" ends in the night
    if is_bare and is_of_24 and first < last:
        return (first, last)
    if is_bare and (first >= last or may_be_later or (len(opens + closes) < 5 and last <= "12:00")):
        return None
    return (first, "24:00" if last == "00:00" else last)


def _as_usual(opens: str, closes: str, written: str) -> Span | None:
    """ "11-5" closes in the afternoon, "6-10pm" opens in the evening."""
    closes = "24:00" if closes == "00:00" else closes
    in_the_evening = f"{int(opens[:2]) + 12:02d}{opens[2:]}"
    if "p" in written and opens[:2] < "12" and in_the_evening < closes and opens[:2] < "07":
        return (in_the_evening, closes)
    if opens >= closes and not re.search("[ap]", written):
        closes = f"{int(closes[:2]) + 12:02d}{closes[2:]}"
    return (opens, "24:00" if closes == "00:00" else closes) if opens < closes else None


def time_of_day(text: str) -> str | None:
    text = text.replace(".m.", "m").replace(".m", "m")
    text = {"noon": "12pm", "midday": "12pm", "midnight": "24:00"}.get(text.removeprefix("12 "), text)
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", text)
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and not 1 <= hour <= 12:
        return None
    if match[3] == "pm" and hour < 12:
        hour += 12
    if match[3] == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}" if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None
