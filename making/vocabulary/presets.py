"""Kinds of place out of the presets of iD, OpenStreetMap's editor, with their words in each language."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.folding import compact

HERE = Path(__file__).parent
# A preset of one of these keys is a place that people look for. Of other keys, only those in other_places.csv are.
PLACE_KEYS = (
    "amenity",
    "attraction",
    "club",
    "craft",
    "education",
    "healthcare",
    "historic",
    "leisure",
    "office",
    "shop",
    "tourism",
)
OTHERS = frozenset((HERE / "other_places.csv").read_text(encoding="utf-8").split()[1:])
# The folder of a translation, and the language of its words. British names of kinds come first.
TRANSLATIONS = {
    "en-GB": "en",
    "en": "en",
    "de": "de",
    "fr": "fr",
    "es": "es",
    "it": "it",
    "nl": "nl",
    "pl": "pl",
    "pt": "pt",
    "pt-BR": "pt",
    "ja": "ja",
}
FIRST, SECOND = "en-GB", "en"
IN_BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")
SEPARATOR = re.compile(r"\s+/\s+|\s*[,、;]\s*")
LONGEST_WORDS = 5


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of place: the id and the tags of a preset, and its English name."""

    kind: str
    kind_name: str
    tags: tuple[str, ...]  # key=value, the key of the preset first; key=* for any value


def rarest_tags(kinds: Sequence[Kind]) -> dict[str, str]:
    """The tag of each kind that the fewest kinds have: `cuisine=thai`, and not `amenity=restaurant`."""
    kinds_of = Counter(tag for kind in kinds for tag in kind.tags)
    return {kind.kind: min(kind.tags, key=lambda tag: (kinds_of[tag], tag)) for kind in kinds}


@dataclass(frozen=True, order=True)
class KindWord:
    """A word or phrase that means a kind, as the planner looks it up."""

    key: str  # folded, without spaces
    kind: str
    rank: str  # name or term: what the kind is called, or what people type who look for it
    languages: tuple[str, ...]


def read_kinds(presets: Mapping[str, Any], translations: Mapping[str, Mapping[str, Any]]) -> list[Kind]:
    """Every preset that is a place. `translations` has the words of each folder in TRANSLATIONS, by preset."""
    return sorted(
        Kind(kind, _label(kind, translations), _tags(preset["tags"]))
        for kind, preset in presets.items()
        if _is_place(kind, preset)
    )


def _is_place(kind: str, preset: Mapping[str, Any]) -> bool:
    key = kind.split("/")[0]
    # A hidden preset is an older or less exact way to map a place. A hidden one for any value says nothing.
    says_nothing = preset.get("searchable") is False and "/" not in kind
    is_unspecific = kind in ("amenity", "leisure", "tourism", "attraction", "education") or kind.endswith("/yes")
    is_spot = bool({"point", "area", "vertex"} & set(preset["geometry"]))
    return is_spot and not says_nothing and not is_unspecific and (key in PLACE_KEYS or kind in OTHERS)


def _tags(tags: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}={value}" for key, value in tags.items())


def _label(kind: str, translations: Mapping[str, Mapping[str, Any]]) -> str:
    words = translations.get(FIRST, {}).get(kind) or translations.get(SECOND, {}).get(kind) or {}
    names = phrases([words.get("name", "")])
    return names[0] if names else kind.rsplit("/", 1)[-1].replace("_", " ")


def read_words(kinds: Iterable[Kind], translations: Mapping[str, Mapping[str, Any]]) -> list[KindWord]:
    """The names, aliases and search terms of the kinds. A search term that several kinds share says nothing."""
    kinds_of: dict[tuple[str, str, str], set[str]] = defaultdict(set)  # by rank, language and key
    for kind in kinds:
        for folder, language in TRANSLATIONS.items():
            for rank, key in _keys(translations.get(folder, {}).get(kind.kind) or {}):
                kinds_of[rank, language, key].add(kind.kind)
    languages: dict[tuple[str, str, str], set[str]] = defaultdict(set)  # by key, kind and rank
    for (rank, language, key), found in kinds_of.items():
        if rank == "name" or len(without_children(found)) == 1:
            for kind_id in found:
                if rank == "name" or kind_id not in kinds_of.get(("name", language, key), ()):
                    languages[key, kind_id, rank].add(language)
    return sorted(KindWord(key, kind, rank, tuple(sorted(spoken))) for (key, kind, rank), spoken in languages.items())


def read_more_words(path: Path) -> list[KindWord]:
    """Words that the presets lack, or have for several kinds. They count as names."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            KindWord(compact(row["word"]), row["kind"], "name", tuple(row["languages"].split()))
            for row in csv.DictReader(file)
        ]


def without_children(kinds: Iterable[str]) -> list[str]:
    """The kinds of which no other one is a parent: a cafe, without its coffee shops."""
    kept: list[str] = []
    for kind in sorted(kinds):
        if not any(kind.startswith(f"{parent}/") for parent in kept):
            kept.append(kind)
    return kept


def _keys(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    named = {compact(phrase) for phrase in phrases([words.get("name", ""), *words.get("aliases", ())])}
    meant = {compact(phrase) for phrase in phrases(words.get("terms", ()))}
    yield from (("name", key) for key in named if is_word(key))
    yield from (("term", key) for key in meant - named if is_word(key))


def phrases(texts: Iterable[str]) -> list[str]:
    """ "Gym / Fitness Center (indoor)" is two phrases. A phrase of many words is a sentence, and no query."""
    parts = (part.strip() for text in texts for part in SEPARATOR.split(IN_BRACKETS.sub("", text)))
    return [part for part in parts if part and len(part.split()) <= LONGEST_WORDS]


def is_word(key: str) -> bool:
    """Two letters of an alphabet say nothing; one sign of Chinese or Japanese may."""
    return bool(key) and not key.isdigit() and (len(key) > 2 or not key.isascii())
