"""Recognises pages that list places, report on one, or look for staff, by their words in the languages of the web."""

from __future__ import annotations

import re

from extract.folding import compact
from extract.schema import TextRecord
from extract.text.lexicon import Lexicon
from extract.web.urls import host_of, path_of

LIST_TITLE = re.compile(
    r"^(?:our |all )?locations\b|"
    r"\b(?:best(?! rate| price| value| western)|top \d+|\d+ of the|the \d+|find (?:a|your)|where to|near (?:me|you)|"
    r"compared?|a to z|directory|live map|map and list|a[-–]z|our (?:venues|clubs|centres|gyms|branches|locations)|"
    r"hotels near|onze (?:locaties|vestigingen)|unsere (?:filialen|standorte)|nos (?:magasins|agences|adresses|salles)|"
    r"nuestr[ao]s (?:sedes|tiendas|centros|locales)|(?:le nostre sedi|i nostri negozi)|nossas (?:lojas|unidades))\b|"
    r"^(?:locations|branches|venues|stores|standorte|filialen|sedi|sedes|vestigingen|locaties)(?= [|–—-]|$)|"
    r"^(?:[\w'’]+ ){0,3}(?:clubs|courses|centres|reserves|gyms|pools|libraries|halls|points)\b"
    r"(?: and \w+)?(?: -| in| near| around| across)|"
    r"\b\d+ (?:places|things|spots|ways|reasons)\b|"
    r"^(?:die|les|los|las|i|le|gli|de|os|as|the)? ?\d+ (?!\w+ court)(?:\w+ )?(?:beste|besten|günstigsten|schönsten|"
    r"meilleure?s|mejores|migliori|melhores|bästa|bedste|beste|najlepsz\w+)\b|"
    r"\b(?:die|les|los|las|gli|os|as) \d+ (?:günstig|schön|best|meilleur|mejor|miglior|melhor|plus beaux)\w*|"
    r"^(?:die besten|les meilleure?s|los mejores|las mejores|i migliori|le migliori|melhores|os melhores|as melhores|"
    r"de beste|bästa|najlepsze)\b|"
    r"[-–|:] (?:trouver|trouvez|finden sie|vergleich\w*|encuentra|buscar|trova|encontre|vind een|find)\b|"
    r"\b(?:preisvergleich|comparateur|comparatif|comparador|confronto prezzi|price comparison)\b|^parking near\b|"
    r"^(?:liste|lista|verzeichnis|annuaire|directorio|elenco) (?:der|des|de|d['’]|dei|degli|delle)\b",
    re.IGNORECASE,
)
LIST_SNIPPET = re.compile(
    r"^\W*(?:compare \d+|list of \w+|liste (?:des|der)|looking for an? .{0,40}\?|find (?:public |"
    r"the best )?\w+ ?\w*s in|"
    r"we have compared|vergleichen sie|comparamos|confronta)\b",
    re.IGNORECASE,
)
SITE_OF_NEWS = re.compile(
    r"^(?:le |la |el |il |die |der |the )?(?:\w+ ){0,2}(?:zeitung|tageblatt|anzeiger|kurier|rundschau|nachrichten|"
    r"nouvelles?|gazette|gazzetta|dépêche|journal|giornale|corriere|diario|periódico|noticias|jornal|correio|nieuws|"
    r"krant|nyheter|tidende|herald|tribune|chronicle|observer|examiner|courier|news|post|times|echo)\b",
    re.IGNORECASE,
)
NEWS_PATH_ABROAD = re.compile(
    r"/(?:cronaca|faits-divers|actualites?|noticias|nachrichten|lokales|sucesos|politica|politik|nieuws|nyheter|"
    r"noticia|notizie|deportes|cultura)/[^/]"
)
A_QUOTED_STATEMENT = re.compile(r":\s*[\"«“„'‘][^\"»”“]{8,}[\"»”“'’]")
REPORTED = re.compile(
    r"\b(?:read more by|councillors?|police|told|said (?:on|that)|published|posted by|by [A-Z]\w+ [A-Z]\w+, |publié le|"
    r"a annoncé|blessé|incendie|selon|veröffentlicht am|sagte|ha presentato|ha annunciato|publicado el|según|dice su|"
    r"min(?:ute)?s? read)\b",
    re.IGNORECASE,
)
JOB_TITLE = re.compile(
    r"\b(?:stellenangebot|stellenanzeige|\(m/w/d\)|m/w/d|trabajo en|se busca|oferta de empleo|vacante|"
    r"offre d['’]emploi|"
    r"recrutement|recrute|offerta di lavoro|lavora con noi|vaga de emprego|vacature|praca|ledigt jobb|"
    r"jobs? (?:at|in|with|bei|chez|bij|presso)|cercasi|si cerca|cerchiamo|se necesita|zoekt|søker|ledig stilling|"
    r"gesucht|"
    r"is hiring|we['’]re hiring|now hiring|vacanc(?:y|ies)|careers? (?:at|with))\b",
    re.IGNORECASE,
)
# A title with such words is an advert without any other sign.
JOB_ALONE = re.compile(
    r"^\W*(?:cercasi|jobs? (?:bei|chez)|se necesita|vacanc(?:y|ies)|vagas? de emprego|now hiring|jobs at)\b|"
    r"\b(?:stellenangebote?|stellenanzeigen?|offres? d['’]emploi|ofertas? de empleo|offert[ae] di lavoro|vacatures?|"
    r"we(?:['’]re| are) hiring)\b|\((?:m/w/d|w/m/d|h/f|f/h)\)|\bvacancy(?=$| [-–|])",
    re.IGNORECASE,
)
JOB_TEXT = re.compile(
    r"\b(?:sucht (?:ab|per|zum|zur|eine?n?)|bewerbung(?:en)? an|inviare cv|søknadsfrist|søker|recherche une?|"
    r"apply now|salary|full-time|part-time|vollzeit|teilzeit|jetzt bewerben|gehalt|sueldo|salario|enviar cv|cv a|"
    r"jornada|medio tiempo|inscríbete|temps plein|cdi|cdd|postulez|candidature|stipendio|tempo pieno|candidati|"
    r"umowa o pracę|cv na adres|applicants?|an hour, \d+ hours|per annum|solliciteer)\b",
    re.IGNORECASE,
)
A_DOCUMENT = re.compile(
    r"\bcompanies house\b|^how to get (?:from|to)\b|\brome2rio\b|\bforum\W*$", re.IGNORECASE
)  # of a title
# "For lease: shop in Hay Street", "Weather at Zea Marina", "Gym closing down sale".
AN_ADVERT = re.compile(
    r"^\W*(?:for (?:lease|sale|rent|hire)|to let|zu (?:vermieten|verkaufen)|à (?:louer|vendre)|se (?:alquila|vende)|"
    r"affittasi|vendesi|in affitto|te (?:huur|koop)|aluga-se|vende-se|till salu|til salgs)\b|\bclosing down sale\b",
    re.IGNORECASE,
)
NO_VISIT = re.compile(
    r"^\W*(?:weather|forecast|météo|wetter|tiempo|meteo|weer|vær|tide times) (?:at|in|for|à|au|en|am|bei|ved)\b|"
    r"^\W*(?:become|train as|qualify as) an? |\b(?:\d+[- ]day forecast|course record|scorecard)\b",
    re.IGNORECASE,
)
# A place that is only planned: "Neues Hallenbad in Walle: Baubeginn 2028".
A_PLAN = re.compile(
    r"\b(?:baubeginn|neubau (?:ab|geplant)|geplant|approves? plans?|plans? (?:approved|submitted|unveiled|"
    r"revealed|for a new)|"
    r"set to open|to open in (?:20\d\d|spring|summer|autumn|winter)|gets green light|aprueba|construirán|"
    r"(?:dès|d['’]ici|à partir de) 20\d\d$|(?:wordt|worden) gebouwd|verrà costruit[oa])\b|\bab \w+ 20\d\d geplant\b",
    re.IGNORECASE,
)
A_REGISTER = re.compile(r"\bcompany number \d", re.IGNORECASE)
TITLE_PART = re.compile(r"\s+[|–—-]\s+")


def lists_places(record: TextRecord) -> bool:
    return bool(_of_the_list(record.title) or LIST_SNIPPET.search(record.snippet))


def _of_the_list(title: str) -> bool:
    """Whether the title is that of a list. Behind a name, "Best eye care" only praises it."""
    first, *rest = re.split(r"\s[|]\s", title, maxsplit=1)
    praised = re.sub(r"\bbest\b", "", rest[0], flags=re.IGNORECASE) if rest and len(first.split()) > 1 else None
    return bool(LIST_TITLE.search(first if praised is None else f"{first} | {praised}"))


def no_place_by_words(record: TextRecord, lexicon: Lexicon) -> str | None:
    """The kind of page, if its words show that it reports on a place, or looks for staff."""
    if JOB_ALONE.search(record.title):
        return "a job advert"
    if JOB_TITLE.search(record.title) and JOB_TEXT.search(f"{record.title} {record.snippet}"):
        return "a job advert"
    if AN_ADVERT.search(record.title):
        return "an advert"
    if A_DOCUMENT.search(record.title) or A_REGISTER.search(record.snippet) or NO_VISIT.search(record.title):
        return "a document"
    if A_PLAN.search(record.title):
        return "a news article"
    return "a news article" if _is_news(record, lexicon) else None


def _is_news(record: TextRecord, lexicon: Lexicon) -> bool:
    """Whether two of three say so: the name of the site, the path, and the words of a report."""
    if lexicon.domain_kind(host_of(record.url)) == "social":
        return False
    *_, last = TITLE_PART.split(record.title)
    is_site = last != record.title and bool(SITE_OF_NEWS.search(last))
    is_named_so = (is_site and compact(last) in compact(host_of(record.url))) or (
        is_site and not _is_in_text(last, record)
    )
    is_path = bool(NEWS_PATH_ABROAD.search(path_of(record.url).lower()))
    is_quoted = bool(A_QUOTED_STATEMENT.search(record.title))
    is_report = is_quoted or bool(REPORTED.search(f"{record.title} {record.snippet}"))
    return (is_named_so and (is_path or is_report)) or (is_path and is_report)


def _is_in_text(name: str, record: TextRecord) -> bool:
    return compact(name) in compact(record.snippet)
