"""Deterministic parsers. A value is verified if its parser reads the same value from the quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial

from extract.addresses.postcodes import find_postcodes
from extract.addresses.streets import Streets
from extract.found import Found
from extract.grounding import Span
from extract.hours.text_hours import find_hours
from extract.scope.affirmed import affirmed
from extract.scope.clauses import clause_of
from extract.scope.cues import Cues, ScopeWords
from extract.text.amounts.counted import CountedThings
from extract.text.languages import hours_language
from extract.values.emails import find_emails
from extract.values.phones import find_phones
from extract.web.urls import plain_url

URL = re.compile(
    r"\bhttps?://[^\s<>\"'|]+|"
    r"(?<![\w-])(?<![a-z0-9]\.)(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b(?:/[^\s<>\"'|]*)?",
    re.IGNORECASE,
)
BOOLEANS = {
    field: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for field, words in {
        "parking_available": (
            r"(?<!street )parking(?! on the street|\W{1,3}(?:on-)?street)|car park|(?:you (?:can|may)|"
            r"(?:visitors|guests|"
            r"customers) (?:can|may)) park|park (?:on[ -]site|in (?:the|our) (?:yard|courtyard|grounds|drive)|"
            r"at the (?:back|rear|front|side))|\w*parkplatz|\w*parkplätzen?|parkmöglichkeiten|parken|"
            r"posti auto|miejsca parkingowe|parkování|parkoviště|parkoló|parkolás|parcare|parkiralište|otopark|"
            r"pysäköinti|parkkipaik\w+|parkeringspla(?:ts|ss|ds)(?:er)?|(?:tempat |lahan )?parkir|парковка|"
            r"паркування|"
            r"parkirališče|πάρκινγκ|χώρος στάθμευσης|bãi (?:đỗ|đậu|giữ) xe|chỗ (?:đỗ|đậu) xe|"
            r"aparcamiento|estacionamiento|estacionamento|parcheggio|stationnement|parkeren|parkeerplaats(?:en)?|"
            r"parkering"
        ),
        "wifi": (
            r"wi[-‑ ]?fi|wlan|wireless internet|trådløst (?:nett(?:verk)?|netværk|internett?)|"
            r"trådlöst (?:nätverk|internet)|"
            r"internet (?:sans fil|inalámbrico|senza fili|sem fios)|bezprzewodowy internet|"
            r"bezdrátov\w+ (?:internet|připojení)"
        ),
        "disabled_access": (
            r"wheelchair[- ](?:access(?:ible)?|friendly)|(?:un)?suitable for wheelchairs?|accessible (?:by|to|for) "
            r"wheelchairs?|disabled (?:access|toilets?)|step[- ]free|level access|accessible "
            r"(?:changing|toilets?|entrance)|barrierefrei(?:er|en)?|rollstuhlgerecht|"
            r"accessible aux (?:PMR|fauteuils|handicapés|personnes à mobilité réduite)|accès (?:PMR|handicapés?)|"
            r"acceso universal|accesible (?:en|para) sillas? de ruedas|accessibile ai disabili|rolstoeltoegankelijk|"
            r"rolstoelvriendelijk|acessível a cadeiras de rodas|tilgængelig for kørestole|wheelchair spaces|"
            r"esteetön|handikappanpassa[dt]|rullstolsanpassa[dt]|tilrettelagt for rullestol\w*|"
            r"tilpasset rullestol\w*|"
            r"rullestolvennlig|kørestolsvenlig\w*|handicapvenlig\w*|rollstuhl(?:gängig|freundlich|zugänglich)|"
            r"accessible (?:en|aux) fauteuils? roulants?|accessible PMR|accessibile (?:in sedia a rotelle|"
            r"in carrozzina|"
            r"a sedie a rotelle)|accesible para (?:personas con movilidad reducida|discapacitados)|"
            r"acesso (?:a|para) (?:cadeirantes|cadeiras de rodas)|toegankelijk voor rolstoel\w*|"
            r"für rollst[uü]hle? (?:geeignet|zugänglich)|dostępn[yae] dla (?:osób (?:na|"
            r"poruszających się na) )?wózk\w+|"
            r"universelt utformet|akadálymentes(?:ített)?|"
            r"acces(?:ibil)? (?:pentru )?persoanel?o?r? cu (?:dizabilități|handicap)|"
            r"pristup(?:ačno)? (?:za )?(?:osob\w+ s )?invalid\w+|engelli (?:girişi|erişimi|erişimine uygun)|"
            r"доступн\w+ для (?:людей (?:на|з) )?(?:інвалідн\w+ )?(?:візк\w+|інвалідністю)|"
            r"bezbariérov(?:ý|é) (?:přístup|vstup)|dostęp(?:ny|na|ne)? dla (?:osób )?niepełnosprawnych"
        ),
    }.items()
}


# Statements in scripts that do not part words: a word alone may be denied or of a neighbour.
NEAR = re.compile("近隣|付近|周辺|提携|近く|隣|인근|근처|주변|附近|周边|旁边|ใกล้")
UNSPACED = {
    "parking_available": (
        r"(?:無料)?駐車場\s?[:：]?\s?(?:あり|有り?|完備|無料|[（(]?\d+\s?台)|주차(?:장)?\s?(?:가능|있음|있습니다|무료|완비|\d+대)|"
        r"무료\s?주차|(?:免费|免費)\s?停[车車]|(?:设有|設有|提供)\s?停[车車][场場位]|停[车車][场場位]\s?(?:免费|免費|[（(]?\d+)|"
        r"(?:มี)?ที่จอดรถ(?:ฟรี|\s?\d+)|มีที่จอดรถ(?!ใกล้)",
        r"駐車場\s?(?:は|が)?\s?[:：]?\s?(?:なし|無し|無(?!料)|ありません|ございません)|주차(?:장)?(?:은|는|이|가)?\s?(?:불가|없)|"
        r"(?:没有|沒有|无|無)停[车車]|停[车車][场場位]?\s?[:：]?\s?(?:无|無|没有|沒有)|ไม่มีที่จอดรถ",
    ),
    "wifi": (
        r"무료\s?(?:와이파이|wi-?fi)|와이파이\s?(?:가능|무료|있음|있습니다|제공)|(?:免费|免費)\s?(?:wi-?fi|无线|無線)|wi-?fi\s?(?:あり|有り|完備|無料)|"
        r"(?:ไวไฟ|wi-?fi)\s?ฟรี",
        r"(?:와이파이|wi-?fi)\s?(?:없|불가)|wi-?fi\s?(?:なし|無し)",
    ),
    "disabled_access": (
        r"バリアフリー(?:対応|トイレ|完備)?|車椅子(?:対応|可|利用可)|휠체어\s?(?:가능|이용|접근)|无障碍(?:设施|通道)|轮椅",
        r"バリアフリー(?:では|で)?(?:ない|ありません|非対応)|車椅子(?:不可)|휠체어\s?(?:불가)",
    ),
}
LONGEST_NEAR = 8  # letters between "nearby" and the thing
UNSPACED_SCRIPT = re.compile("[぀-ヿ一-鿿가-힣ก-๎]")


def find_urls(text: str) -> Iterator[Found]:
    """Web addresses, with or without a scheme, as host and path in lower case: "club.example/join"."""
    for match in URL.finditer(text):
        if not text[: match.start()].endswith("@"):
            written = match[0].rstrip(".,;:!?)]")
            yield Found(plain_url(written), match.start(), match.start() + len(written))


def find_boolean(field_name: str, text: str, cues: Cues) -> Iterator[Found]:
    """true or false as stated, or both if the text contradicts itself. Questions are no statements."""
    said: dict[str, Found] = {}
    for found in find_statements(field_name, text, cues):
        said.setdefault(found.value, found)
    yield from said.values()


def find_statements(field_name: str, text: str, cues: Cues) -> Iterator[Found]:
    """Statements that the thing of the field exists ("true") or does not exist ("false"), with their positions."""
    if UNSPACED_SCRIPT.search(text):
        yield from _unspaced(field_name, text)
    for match in BOOLEANS[field_name].finditer(text):
        clause = clause_of(text, Span(match.start(), match.end()), cues)
        said = affirmed(clause)
        if said.word == "denied" or match[0][:2].casefold() == "un":
            yield Found("false", min(match.start(), said.start), max(match.end(), said.end))
        elif said.word == "affirmed" or (said.word == "unclear" and not clause.is_question):
            yield Found("true", match.start(), match.end())


def _unspaced(field_name: str, text: str) -> Iterator[Found]:
    stated, denied = _unspaced_patterns(field_name)
    denials = [Found("false", *match.span()) for match in denied.finditer(text)]
    yield from denials
    for match in stated.finditer(text):
        is_near = NEAR.search(text, max(0, match.start() - LONGEST_NEAR), match.start())
        if not is_near and not any(found.start <= match.start() < found.end for found in denials):
            yield Found("true", *match.span())


@lru_cache
def _unspaced_patterns(field_name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    stated, denied = UNSPACED[field_name]
    return re.compile(stated, re.IGNORECASE), re.compile(denied, re.IGNORECASE)


Finder = Callable[[str], Iterable[Found]]


@lru_cache  # the same finders for all texts of a country: their hits are cached by finder
def finders_of(
    country: str | None, languages: tuple[str, ...], streets: Streets, words: ScopeWords, things: CountedThings
) -> Mapping[str, Finder]:
    """The finder of each field that a parser reads. Phones, postcodes and streets are written as in the country."""
    cues = words.of(languages)
    find_streets = partial(streets.find, country=country)
    return {
        "phone": partial(find_phones, country=country),
        "email": find_emails,
        "postcode": partial(find_postcodes, country=country),
        "street_address": find_streets,
        "opening_hours": partial(find_hours, language=hours_language(languages)),
        "discovered_attributes": partial(things.find, languages=languages, streets=find_streets),
        **{name: partial(find_boolean, name, cues=cues) for name in BOOLEANS},
    }
