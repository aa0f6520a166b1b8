"""The vocabulary for reading search results, from the same seeds that the planner and the models use."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from extract.folding import compact, fold
from extract.geography.gazetteer import SEEDS as GAZETTEER
from extract.geography.gazetteer import Gazetteer, load_gazetteer
from extract.phrases import Mention, Phrases
from extract.schema import QueryContext
from extract.scope.cues import ScopeWords, load_scope_words
from extract.text.amounts.counted import CountedThings, load_counted_things
from extract.text.prompt_injection import InjectionPhrases
from extract.text_paths import TextPaths, read_text_paths
from extract.values.seed_rows import read_rows, rows_of
from extract.web.domains import registered_name
from extract.web.urls import host_of

# Words of a title that describe the page and do not name a place.
PAGE_WORDS = frozenset(
    fold(
        "home welcome about contact us opening times hours prices membership cheap play book booking online official "
        "site website facility visit join class timetable course competition coaching review indoor outdoor help faq "
        "access accessibility moved schedule rooms events parking travel terms rates gallery photos directions "
        "menu location page found directions team voucher "
        "info information ticket privacy policy cookie legal imprint directions location find here "
        "kontakt impressum anfahrt besuch lage preise öffnungszeiten startseite willkommen über uns datenschutz "
        "accueil horaires tarifs visite infos pratiques accès bienvenue "
        "contacto inicio horario horarios tarifas visita visítanos nosotros "
        "contatti dove siamo orari prezzi visite chi "
        "bezoek openingstijden welkom contactos contato início besøk kontakt oss os om iletişim kapcsolat yhteystiedot"
    )
)
CONNECTIVES = frozenset(fold("und et og och en y e i ve és"))
COMMON_WORDS_OF_CHARGING = frozenset(fold("ev charging charger charge point station car electric"))
# A plural has a meaning that these have not: baths are a pool, but Bath is a town; an art gallery offers no arts.
OTHER_WORDS = frozenset(["bath", "art"])
OF_OTHERS = frozenset(["directory", "booking", "social", "video", "forum", "code"])

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class NamedArea:
    name: str
    city: str
    words: tuple[str, ...]
    country: str | None = None
    is_abroad: bool = False  # the name of the query's city in another language

    @property
    def is_city(self) -> bool:
        return self.name == self.city


@dataclass(frozen=True, eq=False)  # created once: the object itself is the key in caches
class Lexicon:
    named_areas: tuple[NamedArea, ...]
    area_words: frozenset[str]
    generic_words: frozenset[str]  # kinds of place, sports, stop words: they do not distinguish two places
    brands: frozenset[str]  # compact names
    categories: dict[str, Phrases[tuple[str, ...]]]  # field -> words and the canonical values that they mean
    taxonomy: dict[str, frozenset[str]]  # field -> every canonical value
    domain_kinds: dict[str, str]
    platforms: frozenset[str]  # compact names of sites about other people's places: in a title they do not name a place
    injection_phrases: InjectionPhrases
    scope_words: ScopeWords
    counted_things: CountedThings
    texts: dict[str, TextPaths]  # by source: the paths of the text in its payloads
    gazetteer: Gazetteer
    version: str  # changes with every character of these seeds: then texts are read again

    @cached_property
    def areas(self) -> Phrases[NamedArea]:
        return Phrases((area.words, area) for area in self.named_areas)

    @property
    def default_city(self) -> str:
        """The city of the first area, which is the area of a query without one."""
        return self.named_areas[0].city

    def for_query(self, query: QueryContext) -> Lexicon:
        """The lexicon that also knows the city of the query, which may be any town of the world."""
        words = tuple(fold(query.city))
        if not words or any(area.words == words for area in self.named_areas):
            return self
        others = [tuple(name.split()) for name in query.city_names]
        names = [words, *(name for name in others if not set(words) <= set(name))]  # "Oaxaca de Juárez" is Oaxaca
        named = (NamedArea(query.city, query.city, name, query.country, name != words) for name in names)
        return replace(self, named_areas=(*self.named_areas, *named))

    def country_of(self, city: str) -> str | None:
        """The country of a city of the seed `areas`."""
        return next((area.country for area in self.named_areas if area.name == city), None)

    def domain_kind(self, host: str) -> str | None:
        """The kind of a host or its parent domain: directory, booking, social and others."""
        parts = host.removeprefix("www.").split(".")
        for start in range(len(parts) - 1):
            if kind := self.domain_kinds.get(".".join(parts[start:])):
                return kind
        return None

    @lru_cache(maxsize=256)  # noqa: B019 (one object for each query; a text is searched for several fields)
    def area_mentions(self, text: str) -> tuple[Mention[NamedArea], ...]:
        """The positions of named areas. A shorter name inside a longer one does not count.

        A name in another language counts in capitals: `Wien` is Vienna, and so is `Vine`, but a vine is not.
        """
        found = self.areas.in_text(text)
        return tuple([mention for mention in found if not (mention.what.is_abroad and text[mention.start].islower())])

    def areas_in(self, text: str) -> list[NamedArea]:
        """Each named area once, the longest names first."""
        named = {mention.what: None for mention in self.area_mentions(text)}
        return sorted(named, key=lambda area: (-len(area.words), area.name, area.words))

    def is_generic(self, phrase: str) -> bool:
        """Whether the phrase has only areas, kinds of place and words about pages."""
        return not self.distinctive_words(phrase)

    def distinctive_words(self, phrase: str) -> list[str]:
        words = fold(phrase)
        in_areas = {word for area in self.areas_in(phrase) for word in area.words}
        return [w for w in words if w not in in_areas and w not in self.generic_words and not w.isdigit()]

    def category_mentions(self, field: str, text: str) -> list[Mention[str]]:
        """The positions of words that mean a canonical value of `field`.

        Table tennis is not tennis, a car park is not a park, Pool Street is not a pool, and the area Lake Park is not
        a park.
        """
        areas = self.area_mentions(text)
        return [
            Mention(value, mention.start, mention.end)
            for mention in self.categories[field].in_text(text)
            for value in mention.what
            if text[mention.start : mention.end].casefold() not in OTHER_WORDS
            and not (text[mention.start].isupper() and self.gazetteer.streets.after_category.match(text, mention.end))
            and not any(area.start <= mention.start and mention.end <= area.end for area in areas)
        ]


SEEDS = (
    "query_vocabulary",
    "taxonomy",
    "web_domains",
    "injection_phrases",
    "scope_words",
    "counted_things",
    *GAZETTEER,
)


def load_lexicon(seeds_dir: Path) -> Lexicon:
    seeds = {name: (seeds_dir / f"{name}.csv").read_text(encoding="utf-8-sig") for name in SEEDS}
    fields = _category_fields(seeds_dir)
    vocabulary, taxonomy = rows_of(seeds["query_vocabulary"]), rows_of(seeds["taxonomy"])
    domains, areas = rows_of(seeds["web_domains"]), _named_areas(rows_of(seeds["areas"]))
    words = _category_words(vocabulary, taxonomy, fields)
    decoys = [term for row in taxonomy if row["kind"] == "none" for term in row["words"].split("|")]
    return Lexicon(
        named_areas=areas,
        area_words=frozenset(word for area in areas for word in area.words),
        generic_words=_generic_words(vocabulary),
        brands=frozenset(compact(r["term"]) for r in vocabulary if r["kind"] == "brand"),
        categories={
            field: _phrases([(term, value) for of, term, value in words if of == field], decoys)
            for field in fields.values()
        },
        taxonomy={
            field: frozenset(row["value"] for row in taxonomy if row["kind"] == kind)
            | frozenset(value for of, _, value in words if of == field)
            for kind, field in fields.items()
        },
        domain_kinds={r["domain"]: r["kind"] for r in domains},
        platforms=_platforms(domains),
        injection_phrases=InjectionPhrases.of(rows_of(seeds["injection_phrases"])),
        scope_words=load_scope_words(seeds_dir / "scope_words.csv"),
        counted_things=load_counted_things(seeds_dir / "counted_things.csv"),
        texts=read_text_paths(seeds_dir / "text_paths.csv"),
        gazetteer=load_gazetteer(seeds_dir),
        version=hashlib.sha256("\0".join(seeds.values()).encode()).hexdigest()[:8],
    )


def _named_areas(rows: Rows) -> tuple[NamedArea, ...]:
    return tuple(
        NamedArea(row["area_name"], row["parent"] or row["area_name"], tuple(fold(name)), row["country"] or None)
        for row in rows
        for name in [row["area_name"], *row["aliases"].split(";")]
        if name and row["kind"] != "postcode"
    )


def _category_words(vocabulary: Rows, taxonomy: Rows, fields: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The field, a term, and the canonical value that it means."""
    words = [("canonical_activities", r["term"], r["canonical"]) for r in vocabulary if r["kind"] in ("sport", "ev")]
    return words + [
        (fields[row["kind"]], term, row["value"])
        for row in taxonomy
        for term in f"{row['keywords']}|{row['words']}".split("|")
        if term and row["kind"] in fields
    ]


def _phrases(words: Sequence[tuple[str, str]], decoys: Sequence[str]) -> Phrases[tuple[str, ...]]:
    """Each phrase with all its values: a library is a venue and a public service. A decoy has none."""
    values: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
    for term, value in words:
        values[tuple(fold(term))][value] = None
    meant = [(phrase, tuple(found)) for phrase, found in values.items()]
    return Phrases([*meant, *((fold(term), ()) for term in decoys)])


def _generic_words(vocabulary: Rows) -> frozenset[str]:
    """Words that do not distinguish two places. Of the terms of charging, only those that are common words."""
    generic = {word for row in vocabulary if row["kind"] not in ("brand", "ev") for word in fold(row["term"])}
    charging = {word for row in vocabulary if row["kind"] == "ev" for word in fold(row["term"])}
    return frozenset(generic | (charging & COMMON_WORDS_OF_CHARGING)) | PAGE_WORDS | CONNECTIVES


def _platforms(domains: Rows) -> frozenset[str]:
    return frozenset(
        compact(name)
        for row in domains
        if row["kind"] in OF_OTHERS
        for name in (row["domain"].split(".")[0], domain_label(f"https://{row['domain']}"))
    )


def domain_label(url: str) -> str:
    """The registered name in the host of a URL: powerleague of www.powerleague.com, matchi of matchi.se."""
    return registered_name(host_of(url))


def _category_fields(seeds_dir: Path) -> dict[str, str]:
    """Kind of the taxonomy -> the field that holds its values."""
    rows = read_rows(seeds_dir / "field_strategies.csv")
    return {row["category_kind"]: row["field_name"] for row in rows if row["category_kind"]}
