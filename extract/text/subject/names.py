"""Reads the name of the place from the title, the text or the link of a search result, as a claim with a quote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.folding import as_written, compact, fold
from extract.grounding import find_quote
from extract.schema import Claim, TextRecord, Verification
from extract.text.lexicon import PAGE_WORDS, Lexicon, NamedArea, domain_label
from extract.text.subject.page_kinds import VENUE_NOUN, is_question
from extract.web.urls import host_of, path_of

LEAST_OF_HOST = 4  # letters of a word of the name in the page's address
SHORTEST_NAME = 5  # letters of a word that may be a name by its link alone
WEAK, FAIR, GOOD = 0.4, 0.7, 0.9  # confidence: a guess from the link, a composed name, a name as written
SEPARATORS = re.compile(r"(?<!\s)\s+(?:[|·•–—:/]|-|::)\s+|(?<!\s)\s*[|•]\s*")
PAGE_TAIL = re.compile(
    r":\s*(?:updated )?(?:20\d\d )?(?:prices|reviews|menu|opening|hours|tickets|photos)\b.*$|"
    r"(?<!\s)\s+menu$|(?<!\s)\s*\((?:formerly|ex|früher|ehemals|anciennement|antes|già|voorheen|tidigare|"
    r"dawniej) [^)]*\)$|"
    r"(?<!\s)\s*\((?:from|ab|desde|da) [^)]*\)$|"
    r"(?<!\s)\s+(?:from |ab |desde )?[$£€]\s?\d.*$|(?<![\s*★☆])\s*[*★☆]{2,}s?$",
    re.I,
)
# "KFZ Brandstetter GmbH in 1210 Wien": a firm and its town are no phrase.
FIRM_IN_TOWN = re.compile(
    r"^(?P<firm>.*\b(?:GmbH|AG|KG|e\.?\s?K\.?|OHG|Ltd|Inc|LLC|S\.?L\.?|S\.?r\.?l\.?|SARL|B\.?V\.?)"
    r"(?: & Co\.? KG)?) in .+$"
)
IN_BRACKETS = re.compile(r"(?<!\s)\s*\((?P<town>[^()\d]{1,60})\)")
DISTRICT_NUMBER = re.compile(r" \d{1,2}(?:er|e|ème|°)?$")  # "Paris 18e", "Dublin 12"
# The titles of pages in the languages of the web: they say what the page is for.
OF_A_PAGE = re.compile(
    r"(?:mentions légales|aviso legal|note legali|privacy policy|nutzungsbedingungen|over ons|onze (?:zaak|club|"
    r"menukaart)|nous (?:joindre|trouver|contacter)|qui sommes[- ]nous|à propos|"
    r"notre histoire|"
    r"la carte|plan d['’]accès|nos tarifs|unser team|über uns|standort|speisekarte|preise|geschichte|"
    r"so finden sie uns|"
    r"qui[eé]nes somos|sobre (?:nosotros|nós)|quem somos|dónde estamos|cómo llegar|onde estamos|la carta|chi siamo|"
    r"come raggiungerci|il menu|la nostra storia|o nás|o nas|o nama|kontakty?|kde nás najdete|jak dojechać|cennik|"
    r"godziny otwarcia|otevírací doba|lokacija|radno vreme|tentang kami|lokasi|kontak|hubungi kami|om os|find os|"
    r"finn oss|"
    r"hitta hit|hitta oss|åpningstider|öppettider|åbningstider|aukioloajat|rólunk|elérhetőség|nyitvatartás|"
    r"hakkımızda|"
    r"fahrplan|fahrpläne|eintritt(?:spreise)?|besuch(?:en)?|ihr besuch|anreise|termine|aktuelles|angebot|leistungen|"
    r"sprechzeiten|sprechstunden|(?:filiale|standort|zweigstelle|niederlassung|geschäftsstelle)(?: .+)?|"
    r"timetables?|sailing times|tickets?(?: (?:and|&) (?:prices|admission))?|admission(?: prices)?|"
    r"opening (?:hours|times)|"
    r"hours(?: (?:and|&) (?:location|directions|admission))?|visit(?: us)?|your visit|find us|prices|price list|"
    r"services|facilities|"
    r"our (?:services|team|story|menu|rooms)|rooms|menus?|faqs?|"
    r"horaires?(?: et (?:tarifs|accès))?|tarifs?|billetterie|infos? pratiques|nos services|"
    r"horarios?(?: y (?:precios|tarifas))?|precios|entradas|servicios|cómo llegar|dónde estamos|visita|"
    r"orari(?: e (?:tariffe|prezzi))?|biglietti|servizi|come arrivare|tariffe|preços|bilhetes|ingressos|"
    r"serviços|como chegar|"
    r"openingsuren|openingstijden|tarieven|bereikbaarheid|dienstregeling|vestiging(?: .+)?|"
    r"priser|billetter|biljetter|besök(?: oss)?|besøg(?: os)?|besøk(?: oss)?|kontakta oss|kontakt oss|"
    r"kontakt os|turlista|tidtabell|"
    r"rutetider|aikataulu(?:t)?|hinnasto|liput|yhteystiedot|"
    r"rozkład(?: jazdy)?|bilety|dojazd|ceník|vstupné|jízdní řád|otváracie hodiny|menetrend|árak|jegyek|bilete|orar|"
    r"cjenik|ulaznice|cenovnik|red vožnje|biletler|fiyatlar|çalışma saatleri|ulaşım|"
    r"jam (?:buka|operasional)|harga tiket|tiket|jadwal|lokasi kami|giờ mở cửa|giá vé|liên hệ|"
    r"联系我们|联系方式|門票|门票|开放时间|開放時間|营业时间|交通指南|参观指南|關於我們|关于我们|首页|服务|"
    r"アクセス|お問い合わせ|料金|営業時間|利用案内|ご案内|交通案内|時刻表|診療案内|オンライン予約|"
    r"오시는 길|이용안내|요금|운영시간|문의|예약|контакти|контакты|графік роботи|ціни|розклад|квитки|"
    r"επικοινωνία|ωράριο|εισιτήρια|τιμές|δρομολόγια|ติดต่อเรา|ค่าเข้าชม|เวลาทำการ|ตารางเวลา|"
    r"terms of (?:service|use)|terms and conditions|getting here|how to find us|plan your visit|photo gallery|news)",
    re.IGNORECASE,
)
# What a page says about its place is no name: "Hexham branch closing 14 March", "We have moved!".
A_SENTENCE = re.compile(
    r"\bnot found\b|\ba (?:to|[-–]) z\b|\b(?:closing|reopening|opening|closed|closes|reopens|opens) (?:on |in |"
    r"from |for )?"
    r"(?:\d|good|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|"
    r"autumn|winter|soon|permanently|down)|"
    r"^\W*(?:we|we['’](?:re|ve)|wir|nous|nosotros|noi|wij) (?:\w+ )?(?:have|has|are|moved|sind|haben|avons|sommes|"
    r"hemos|"
    r"nos|estamos|siamo|abbiamo|ci|zijn)\b|^\W*(?:we['’](?:re|ve)|hemos|estamos|abbiamo|siamo|ci siamo) \w+",
    re.I,
)
OF_A_PROFILE = re.compile(r"\w+ (?:photos|videos)(?: and (?:photos|videos))?", re.IGNORECASE)
OUR_PLACES = re.compile(
    r"(?:our|all(?: our)?|find our|nos|unsere|nuestr[ao]s|onze|i nostri|le nostre) "
    r"(?:shops|stores|branches|locations|practices|clinics|sites|cafés?|cafes|coffee shops|restaurants?|bars|pubs|"
    r"hotels?|"
    r"salons?|studios|gyms|schools|bakeries|theatres|cinemas|pools|magasins|boutiques|filialen|restaurantes|tiendas|"
    r"winkels|ristoranti|negozi)",
    re.I,
)
FRIENDS = re.compile(r"Friends of (?:the )?(?P<name>.+)")
HANDLE = re.compile(r"\(@[\w.]+\)")
CAPITALISED_RUN = re.compile(r"[A-Z0-9][\w'’&]*(?:[ ](?:[A-Z0-9&][\w'’&]*|of|and|the|at))*")
POSSESSIVE = re.compile(r"['’]s\b")


def read_name(record: TextRecord, lexicon: Lexicon) -> Claim | None:
    """The name of the place: from the title, else from the text beside the name of the site, else from the link."""
    own = lexicon.domain_kind(host_of(record.url)) is None
    label = compact(domain_label(record.url))
    host = host_of(record.url)
    of_the_site = set() if own else {compact(part) for part in (host, host.removeprefix("www."), *host.split("."))}
    parts = SEPARATORS.split(_without_platform(record.title, lexicon))
    segments = [_without_town(_clean(segment), lexicon) for segment in parts]
    segments = [s for s in segments if s and compact(s) not in lexicon.platforms | of_the_site and not is_question(s)]
    named = next((name for s in segments if own and (name := _of_host(s, label, lexicon))), None)
    named = named or next((s for s in segments if _is_name(s, lexicon)), None)
    if named and own:
        named = (
            _of_its_site(named, segments, label, record.snippet)
            or _of_its_topic(named, segments, label, record)
            or _without_friends(named, record.snippet)
        )
    if named and compact(named) not in lexicon.brands:
        return _claim_name(record, [named], GOOD)
    if named:
        return _branch_name(record, lexicon, named, label)
    if own and (run := next(_runs(record, lexicon, label), None)):
        return _branch_name(record, lexicon, run[0], label)
    if housed := next((name for s in segments if (name := _after_at(s)) and _is_name(name, lexicon)), None):
        return _claim_name(record, [housed], FAIR)
    is_about_one = own and not any(map(is_phrase, segments))
    return _name_from_link(record, lexicon) if is_about_one else None


def _of_host(segment: str, label: str, lexicon: Lexicon) -> str | None:
    """The name in the page's address, though it sounds like a phrase: "Locked In York", "Suds & Duds in Allston"."""
    if not is_phrase(segment) or lexicon.is_generic(segment):
        return None
    if compact(segment) == label:
        return segment
    name = segment.partition(" in ")[0]
    letters = "".join(letter for letter in name.replace("&", "and").casefold() if letter.isalnum())
    is_of_host = bool(label) and letters.startswith(label)
    return name if is_of_host and not lexicon.is_generic(name) else None


def _of_its_topic(named: str, segments: list[str], label: str, record: TextRecord) -> str | None:
    """The name behind the topic of the page, which its address has, too: "Boat trips | Elbe Ferry", /boat-trips."""
    topic = compact(path_of(record.url).rstrip("/").rpartition("/")[2].partition(".")[0])
    _, *later = named.split()
    if not topic or compact(named) != topic or named in record.snippet or not all(map(str.islower, later)):
        return None  # "Aigburth Library", /aigburth-library
    plain = label.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return next(
        (s for s in segments if s != named and any(len(word) >= LEAST_OF_HOST and word in plain for word in fold(s))),
        None,
    )


def _of_its_site(named: str, segments: list[str], label: str, snippet: str) -> str | None:
    """The name of the site, if the text names it and not the part before: "Parties | Boing Barn"."""
    site = next((s for s in segments if s != named and compact(s) == label), None)
    if site is None or site not in snippet:
        return None
    return site if named not in snippet or f"{site}, {named}" in snippet else None


def _without_friends(named: str, snippet: str) -> str:
    """The place that has friends, if the text names it: "Friends of Threipside", "Threipside Nature Reserve"."""
    friends = FRIENDS.fullmatch(named)
    match = friends and re.search(rf"\b{re.escape(friends['name'])}(?: [A-Z][\w'’]+){{1,3}}", snippet)
    return match[0] if match else named


def _without_town(segment: str, lexicon: Lexicon) -> str:
    """`Abbey Lawn Hotel` of "Abbey Lawn Hotel, Bath"."""
    segment = PAGE_TAIL.sub("", segment)
    segment = IN_BRACKETS.sub(lambda match: "" if _is_town(match["town"], lexicon) else match[0], segment)
    if firm := FIRM_IN_TOWN.match(segment):
        segment = firm["firm"]
    name, comma, town = segment.rpartition(", ")
    town = DISTRICT_NUMBER.sub("", town)
    return name if comma and _is_town(town, lexicon) else segment


def _is_town(text: str, lexicon: Lexicon) -> bool:
    return any(area.is_city and area.words == tuple(fold(text)) for area in lexicon.areas_in(text))


def _without_platform(title: str, lexicon: Lexicon) -> str:
    """The title without a site before a colon (`Playfinder: Gorse Tennis Club`) and without a handle."""
    site, colon, rest = title.partition(": ")
    return HANDLE.sub("", rest if colon and compact(site) in lexicon.platforms else title)


def _is_name(segment: str, lexicon: Lexicon) -> bool:
    """Whether it may be a name: “Portobello Library” is, although its words are common; “Padel in Edinburgh” is not."""
    if is_phrase(segment) or OUR_PLACES.match(segment) or OF_A_PAGE.fullmatch(segment) or A_SENTENCE.search(segment):
        return False
    words = tuple(fold(segment))
    if len(words) > 1 and {*words[:2]} <= PAGE_WORDS:
        return False  # "Hours, Prices & Machines"
    if any(area.words == words for area in lexicon.areas_in(segment)):
        return False
    is_titled = len(words) > 1 and bool(VENUE_NOUN.search(segment)) and not PAGE_WORDS & set(words)
    return is_titled or not lexicon.is_generic(segment)


def _branch_name(record: TextRecord, lexicon: Lexicon, brand: str, label: str) -> Claim | None:
    """The name of a chain with the locality of the branch, both taken from the text."""
    for run, quote in (*_runs(record, lexicon, label), *_runs(record, lexicon, compact(brand))):
        if any(not area.is_city for area in lexicon.areas_in(run)):
            return quoted_claim(record, "entity_name", run, quote, FAIR)
    area = next((a for a in lexicon.areas_in(f"{record.title} {record.snippet}") if not a.is_city), None)
    where = area_as_written(area, record) if area else None
    return _claim_name(record, [brand, where] if where else [brand], FAIR)


def _runs(record: TextRecord, lexicon: Lexicon, start: str) -> Iterator[tuple[str, str]]:
    """Runs of capitalised words that begin with the (compact) name `start`, each with its quote.

    Before an area, a possessive is removed ("Game4Padel's Edinburgh Park"). Otherwise it ends the name
    ("David Lloyd Edinburgh Shawfair's Padel").
    """
    for match in CAPITALISED_RUN.finditer(f"{record.title}\n{record.snippet}"):
        words = match[0].split()
        for at in range(len(words)):
            quote = " ".join(words[at:])
            if start and compact(re.sub(POSSESSIVE, "", quote)).startswith(start):
                owner, *rest = re.split(POSSESSIVE, quote, maxsplit=1)
                if rest and not lexicon.areas_in(rest[0]):
                    quote = owner
                yield re.sub(POSSESSIVE, "", quote), quote
                break


def area_as_written(area: NamedArea, record: TextRecord) -> str:
    written = as_written(area.words, f"{record.title} {record.snippet}") or ""
    return written.title() if written.isupper() else written


def _name_from_link(record: TextRecord, lexicon: Lexicon) -> Claim | None:
    """thegrangeclub -> The Grange Club. If the text has no name, the name of the site is a weak one."""
    label = domain_label(record.url)
    known = {word for word in lexicon.generic_words if len(word) > 2}
    known |= {word for word in lexicon.area_words if len(word) > 2}
    parts = label.split("-")
    words = parts if len(parts) > 2 else [word for part in parts for word in _split_ends(part, known)]
    name = " ".join(word.capitalize() for word in words)
    is_short = all(len(word) < SHORTEST_NAME for word in words)  # bw-edin
    return None if is_short or lexicon.is_generic(name) else quoted_claim(record, "entity_name", name, label, WEAK)


def _split_ends(label: str, known: set[str]) -> list[str]:
    """Split known words off both ends. The middle stays whole: grange does not contain the word range."""
    longest_first = sorted(known, key=lambda word: (-len(word), word))
    for word in longest_first:
        if label.startswith(word) and len(label) - len(word) >= 3:
            return [word, *_split_ends(label[len(word) :], known)]
    for word in longest_first:
        if label.endswith(word) and len(label) - len(word) >= 3:
            return [*_split_ends(label[: -len(word)], known), word]
    return [label]


def _claim_name(record: TextRecord, parts: list[str], confidence: float) -> Claim | None:
    name = " ".join(parts)
    whole = quoted_claim(record, "entity_name", name, name, confidence)
    return whole or quoted_claim(record, "entity_name", name, parts[0], min(confidence, FAIR))


def _clean(segment: str) -> str:
    text = re.sub(r"^(?:welcome to|home\b[ ,-]*)", "", segment.strip(), flags=re.IGNORECASE).strip(" ,.…")
    return "" if text.casefold() == "home" or OF_A_PROFILE.fullmatch(text) else text


def _after_at(segment: str) -> str | None:
    """The venue in a title such as "Play tennis at Oakhill Tennis Club, Leith"."""
    match = re.search(r"\bat (?:the )?([A-Z][^,]+)", segment)
    return match[1].strip() if match else None


def is_phrase(segment: str) -> bool:
    """Whether the segment is a phrase, not a name: "Play Padel in Portobello, Edinburgh"."""
    words = fold(segment)
    return bool(words) and (words[0] in ("play", "find", "book", "visit") or " in " in f" {segment.casefold()} ")


def quoted_claim(record: TextRecord, field: str, value: str, quote: str, confidence: float) -> Claim | None:
    """A claim whose quote is in the text. A value that differs from its quote is inferred."""
    span = find_quote(quote, record.text) if quote else None
    if span is None:
        return None
    is_same = find_quote(value, record.text[span.start : span.end]) is not None
    verification: Verification = "verified" if is_same and confidence >= GOOD else "inferred"
    return Claim(field, value, record.text[span.start : span.end], span.start, span.end, verification, confidence)
