"""Which fields a column may be: what its header says, weighed with what its values look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.lists.proposal import SURE, Column
from ingest.lists.proposal.header_words import NOTHING, WHOLE, HeaderWords, frame_of
from ingest.lists.proposal.values import (
    EMAIL,
    GB_POSTCODE,
    POINT,
    SCIENTIFIC,
    SERIAL_DATE,
    SOCIAL,
    URL,
    host_of,
    is_phone,
    is_url,
    share_of,
)

FITS, FITS_NOT = 0.8, 0.5  # shares of values: as they should be, and as another kind of column has them
BY_VALUES = 0.6  # confidence in a field that only the values support
UNMISTAKABLE = 0.9
CONFIRMED = 0.1  # more confidence if the values have the form that only this field has
ONE_HOST = 0.8  # of the web addresses: they lead into another service, and not to each place
CHECKED_BY_FORM = frozenset({"phone", "email", "website_url", "postcode", "geometry", "point", "latitude", "longitude"})


@dataclass
class Candidate:
    """A column, the fields that it may be with their confidence, and the reason against those that it may not be."""

    column: Column
    fields: dict[str, float] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    is_nothing: bool = False
    why: dict[str, str] = field(default_factory=dict)  # field -> why it is unsure

    @property
    def best(self) -> str | None:
        return max(self.fields, key=lambda name: self.fields[name], default=None)


def candidates(columns: Sequence[Column], words: HeaderWords) -> list[Candidate]:
    frame = frame_of([column.name for column in columns if not column.is_inner])
    return [_candidate(column, words.fields_of(column.name, frame)) for column in columns]


def _candidate(column: Column, scores: dict[str, float]) -> Candidate:
    made = Candidate(column)
    nothing = scores.pop(NOTHING, 0.0)
    for name, score in sorted(scores.items(), key=lambda item: -item[1]):
        share = share_of(name, column.values)
        if share >= FITS:
            made.fields[name] = min(WHOLE, score + CONFIRMED) if _is_confirmed(name, column) else score
        elif share >= FITS_NOT:
            made.fields[name] = score * share
            made.why[name] = f"{_per_cent(1 - share)} of the values do not look like {name}"
        else:
            made.doubts.append(_contradiction(name, column))
    for name, score, why in _by_values(column):
        if score > made.fields.get(name, 0.0):
            made.fields[name] = score
            made.why[name] = why
    _mark_foreign_links(made)
    best = made.fields.get(made.best or "", 0.0)
    made.is_nothing = nothing > best and not (best >= SURE and nothing < 0.95)
    return made


def _is_confirmed(name: str, column: Column) -> bool:
    """Whether the values have a form that only this field has, or differ from row to row as names do."""
    differ = name == "entity_name" and len(set(column.values)) >= UNMISTAKABLE * len(column.values)
    return differ or name in CHECKED_BY_FORM


def _contradiction(name: str, column: Column) -> str:
    values = column.values
    if name in ("source_updated_at", "opening_hours") or _share(values, SERIAL_DATE.fullmatch) >= FITS:
        if _share(values, SERIAL_DATE.fullmatch) >= FITS:
            return "the values look like dates as serial numbers of a spreadsheet; format the column as dates"
        return f"the header says {name}, but the values (such as {_example(values)}) are in no form that is read"
    if name == "phone" and _share(values, SCIENTIFIC.fullmatch) > 0:
        return "a spreadsheet has shortened the phones (4.4E+11); format the column as text and export again"
    return f"the header says {name}, but the values (such as {_example(values)}) do not"


def _by_values(column: Column) -> Iterator[tuple[str, float, str]]:
    """Fields that only the values support."""
    values, reason = column.values, "only its values say so, not its header"
    if _share(values, EMAIL.fullmatch) >= FITS:
        yield "email", BY_VALUES, reason
    for name, hosts in SOCIAL.items():
        if _share(values, lambda text, hosts=hosts: _is_on(text, hosts)) >= FITS:
            yield name, 1.0, ""
    if share_of("geometry", values) >= FITS:
        yield "geometry", UNMISTAKABLE, ""
    if _share(values, POINT.fullmatch) >= FITS:
        yield "point", UNMISTAKABLE - 0.1, ""
    if len(values) > 2 and _share(values, GB_POSTCODE.fullmatch) >= UNMISTAKABLE:
        yield "postcode", UNMISTAKABLE, ""
    if _share(values, lambda text: bool(URL.match(text)) and is_url(text)) >= FITS:
        yield "website_url", BY_VALUES, reason
    if _share(values, lambda text: is_phone(text) and text.strip().startswith(("+", "0", "("))) >= FITS:
        yield "phone", BY_VALUES, reason


def _is_on(text: str, hosts: Sequence[str]) -> bool:
    host = host_of(text)
    return bool(URL.match(text) or "/" in text) and any(host == name or host.endswith(f".{name}") for name in hosts)


def _mark_foreign_links(made: Candidate) -> None:
    """Addresses of one host are pages of another service, or of the list's owner."""
    if "website_url" not in made.fields:
        return
    hosts = Counter(host_of(value) for value in made.column.values)
    host, count = hosts.most_common(1)[0]
    if any(name in made.fields for name in SOCIAL) and any(_is_on(f"{host}/x", SOCIAL[n]) for n in SOCIAL):
        del made.fields["website_url"]
    elif len(made.column.values) >= 3 and count >= ONE_HOST * len(made.column.values):
        score = made.fields.pop("website_url")
        made.doubts.append(f"nearly all addresses are at {host}, so they may not be the places' own websites")
        if score >= SURE and "google." not in host:
            made.fields["website_url"] = BY_VALUES
            made.why["website_url"] = made.doubts.pop()


def _share(values: Sequence[str], test) -> float:  # type: ignore[no-untyped-def]
    return sum(bool(test(value.strip())) for value in values) / len(values) if values else 0.0


def _per_cent(share: float) -> str:
    return f"{max(1, round(100 * share))} %"


def _example(values: Sequence[str]) -> str:
    text = " ".join(values[0].split())
    return f'"{text if len(text) <= 30 else text[:27] + "..."}"'
