"""A reader for each kind of value, and the paths of its inputs in each source."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from extract.hours.opening_hours import find_week
from extract.hours.week_in_words import find_week_in_words
from extract.values.addresses import address_reader
from extract.values.emails import find_email
from extract.values.phones import find_phone
from extract.values.points import find_point
from extract.values.postcodes import find_postcode
from extract.values.reading import Reading
from extract.values.texts import find_texts
from extract.values.value_paths import Parts, ValuePath, Written, find_parts, read_paths
from extract.web.websites import website_reader

logger = logging.getLogger(__name__)

# The version of the readers here; libraries and seeds add their own. With a new version every payload is read again.
READERS_VERSION = "readings-6"
LIBRARIES = ("opening-hours-py", "phonenumbers", "pyproj")
SEEDS = ("value_paths", "web_domains", "areas")
Reader = Callable[[Parts, str | None], Iterator[Reading]]


@dataclass(frozen=True)
class Readers:
    """The readers by kind of value, the paths of their inputs by source, and the version of both."""

    kinds: dict[str, Reader]
    paths: dict[str, dict[str, list[ValuePath]]]
    version: str

    def read(self, source: str, payload: str) -> list[Reading]:
        """All readings of a payload. The country comes first: other readers need it to parse numbers."""
        try:
            content = json.loads(payload)
        except (ValueError, RecursionError):
            return [Reading("country", None, reason="no_json")]
        paths = self.paths[source]
        country = _country(find_parts(paths.get("country", []), content).get("code", []))
        found = [country]
        for kind, reader in self.kinds.items():
            if kind in paths and (parts := find_parts(paths[kind], content)):
                found += _read(kind, reader, parts, country.value)
        return found


def load_readers(seeds: Path) -> Readers:
    """The readers with the seeds that they need."""
    kinds: dict[str, Reader] = {
        "text": find_texts,
        "phone": find_phone,
        "email": find_email,
        "web": website_reader(seeds / "web_domains.csv"),
        "postcode": find_postcode,
        "address": address_reader(seeds / "areas.csv"),
        "point": find_point,
        "opening_hours": find_week,
        "hours_in_words": find_week_in_words,
    }
    return Readers(kinds, read_paths(seeds / "value_paths.csv"), _version(seeds))


def _read(kind: str, reader: Reader, parts: Parts, country: str | None) -> list[Reading]:
    """The readings of one reader. If it fails on a payload, it gives one reading with the fault; the others go on."""
    try:
        return list(reader(parts, country))
    except Exception as error:
        logger.warning("the reader of %s failed on a payload", kind, exc_info=error)
        return [Reading(kind, None, reason=f"fault: {type(error).__name__}")]


def _country(codes: list[Written]) -> Reading:
    for code in codes:
        if code.text and len(code.text) == 2 and code.text.isalpha():
            return Reading("country", code.text.upper(), code)
    return Reading("country", None, codes[0] if codes else None, "no_country")


def _version(seeds: Path) -> str:
    libraries = [f"{name}-{version(name)}" for name in LIBRARIES]
    words = b"".join((seeds / f"{name}.csv").read_bytes() for name in SEEDS)
    return "+".join([READERS_VERSION, *libraries, hashlib.sha256(words).hexdigest()[:12]])
