"""What a source may call a kind: names of kinds in every language, and the categories of Overture."""

from __future__ import annotations

import ast
import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from making.vocabulary.presets import TRANSLATIONS, Kind, is_word, phrases

MAPPING = "places_tags"


@dataclass(frozen=True, order=True)
class KindName:
    """A category of a source, without case, spaces and plural, and the kind that it means."""

    category: str
    kind: str


def read_overture(source: str) -> dict[str, dict[str, str]]:
    """The mapping of Overture's categories to tags in the text of `overturetoosm.resources`, which is not run."""
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        if statement.target.id == MAPPING and statement.value is not None:
            mapping: dict[str, dict[str, str]] = ast.literal_eval(statement.value)
            return mapping
    raise ValueError(f"there is no {MAPPING}")


def read_more_names(path: Path) -> dict[str, str]:
    """Categories by hand, most of Google's. A blank kind is no kind: the name means another thing elsewhere."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["category"]: row["kind"] for row in csv.DictReader(file)}


def category_key(text: str) -> str:
    """The text as the models compare categories: lower case, no accents, only letters and digits."""
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in plain if character.isalnum())


def kind_names(
    kinds: Sequence[Kind],
    translations: Mapping[str, Mapping[str, Any]],
    overture: Mapping[str, Mapping[str, str]],
    by_hand: Mapping[str, str],
) -> list[KindName]:
    """Each category with its kind: by hand, by Overture, by its English name, and by names in other languages.

    A name in another language counts only if it means one kind.
    """
    by_category = {category_key(category): kind for category, kind in by_hand.items()}
    for category, tags in overture.items():
        if kind := _kind_of(tags, kinds):
            by_category.setdefault(category_key(category), kind)
    spoken = {language: _names(kinds, translations, language) for language in dict.fromkeys(TRANSLATIONS.values())}
    for key, found in spoken.pop("en").items():
        by_category.setdefault(key, _most_general(found, kinds))
    elsewhere: dict[str, set[str]] = defaultdict(set)
    for named in spoken.values():
        for key, found in named.items():
            elsewhere[key] |= found
    for key, found in elsewhere.items():
        if len(found) == 1:
            by_category.setdefault(key, *found)
    return sorted(KindName(category, kind) for category, kind in by_category.items() if kind)


def _names(kinds: Iterable[Kind], translations: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind in kinds:
        for folder, spoken in TRANSLATIONS.items():
            words = translations.get(folder, {}).get(kind.kind) or {}
            if spoken == language:
                for phrase in phrases([words.get("name", ""), *words.get("aliases", ())]):
                    if is_word(key := category_key(phrase)):
                        found[key].add(kind.kind)
    return found


def _most_general(found: Iterable[str], kinds: Sequence[Kind]) -> str:
    tags = {kind.kind: len(kind.tags) for kind in kinds}
    return min(found, key=lambda kind: (tags[kind], kind))


def _kind_of(tags: Mapping[str, str], kinds: Iterable[Kind]) -> str | None:
    """The most specific kind whose tags are all among `tags`."""
    given = {f"{key}={value}" for key, value in tags.items()} | {f"{key}=*" for key in tags}
    fitting = [kind for kind in kinds if given.issuperset(kind.tags)]
    return max(fitting, key=lambda kind: (len(kind.tags), "*" not in kind.tags[0], kind.kind)).kind if fitting else None
