"""The words that reading a search result needs, from the same seeds that the planner and the models use."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from extract.folding import compact, fold

# Words of a title that name no place: what pages say of themselves.
PAGE_WORDS = frozenset(
    fold(
        "home welcome about contact us opening times hours prices membership cheap play book booking online official "
        "site website facility visit join class timetable course competition coaching competition review indoor outdoor"
    )
)


@dataclass(frozen=True)
class NamedArea:
    name: str
    city: str
    words: tuple[str, ...]

    @property
    def is_city(self) -> bool:
        return self.name == self.city


@dataclass(frozen=True)
class Lexicon:
    areas: tuple[NamedArea, ...]  # longest names first
    generic_words: frozenset[str]  # kinds of place, sports, stop words: no part of what tells two places apart
    brands: frozenset[str]  # compact names
    activities: tuple[tuple[tuple[str, ...], str], ...]  # words -> canonical activity; longest first
    domain_kinds: dict[str, str]

    def domain_kind(self, host: str) -> str | None:
        """directory, booking, social, ... of a host or the domain above it."""
        parts = host.removeprefix("www.").split(".")
        for start in range(len(parts) - 1):
            if kind := self.domain_kinds.get(".".join(parts[start:])):
                return kind
        return None

    def areas_in(self, text: str) -> list[NamedArea]:
        """Every area named, in the lexicon's order; a shorter name inside a longer one does not count again."""
        words, taken, found = fold(text), set[int](), []
        for area in self.areas:
            width = len(area.words)
            for at in range(len(words) - width + 1):
                spots = set(range(at, at + width))
                if tuple(words[at : at + width]) == area.words and not spots & taken:
                    taken |= spots
                    found.append(area)
                    break
        return found

    def is_generic(self, phrase: str) -> bool:
        """Whether nothing is left of the phrase without areas, kinds of place and words about pages."""
        return not self.telling_words(phrase)

    def telling_words(self, phrase: str) -> list[str]:
        words = fold(phrase)
        in_areas = {word for area in self.areas_in(phrase) for word in area.words}
        return [w for w in words if w not in in_areas and w not in self.generic_words and not w.isdigit()]

    def activities_in(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Every activity named, with the words that name it; table tennis is no tennis."""
        words, taken, found = fold(text), set[int](), {}
        for phrase, activity in self.activities:
            width = len(phrase)
            for at in range(len(words) - width + 1):
                spots = set(range(at, at + width))
                if tuple(words[at : at + width]) == phrase and not spots & taken:
                    taken |= spots
                    found.setdefault(activity, phrase)
        return list(found.items())


def load_lexicon(seeds_dir: Path) -> Lexicon:
    vocabulary = _read(seeds_dir / "query_vocabulary.csv")
    areas = [
        NamedArea(row["area_name"], row["parent"] or row["area_name"], tuple(fold(name)))
        for row in _read(seeds_dir / "areas.csv")
        for name in [row["area_name"], *row["aliases"].split(";")]
        if name and row["kind"] != "postcode"
    ]
    activities = [(tuple(fold(r["term"])), r["canonical"]) for r in vocabulary if r["kind"] in ("sport", "ev")]
    generic = {w for r in vocabulary if r["kind"] not in ("brand", "ev") for w in fold(r["term"])}
    ev = {w for r in vocabulary if r["kind"] == "ev" for w in fold(r["term"])}
    return Lexicon(
        areas=tuple(sorted(areas, key=lambda area: -len(area.words))),
        generic_words=frozenset(generic | (ev & set(fold("ev charging charger charge point station car electric"))))
        | PAGE_WORDS,
        brands=frozenset(compact(r["term"]) for r in vocabulary if r["kind"] == "brand"),
        activities=tuple(sorted(activities, key=lambda known: -len(known[0]))),
        domain_kinds={r["domain"]: r["kind"] for r in _read(seeds_dir / "web_domains.csv")},
    )


def host_of(url: str) -> str:
    return _split(url).netloc.lower().removeprefix("www.")


def path_of(url: str) -> str:
    return _split(url).path


def domain_label(url: str) -> str:
    """The name in a host: powerleague of www.powerleague.com, matchi of matchi.se."""
    parts = [part for part in host_of(url).split(".") if part not in ("co", "org", "ac", "gov", "com")]
    return parts[-2] if len(parts) > 1 else (parts[0] if parts else "")


def _split(url: str) -> SplitResult:
    """A link that is none ("http://[") has neither host nor path."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
