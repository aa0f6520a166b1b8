"""What a page shows of an entity: its cells, the contested first, each with its claims and the evidence for them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from orchestrate.contracts.explain import Cell, Claim, EvidenceRecord, Explanation
from orchestrate.export.columns import COLUMNS, POINT
from orchestrate.render.evidence import CONTEXT, quote_in_text, readable, value_in_payload, why_lost
from orchestrate.wording import cut, web_address

BRIEF_CONTEXT = 24  # characters on each side of a quote
FIELD_ORDER = {column.name: position for position, column in enumerate(COLUMNS)}
LINKED_FIELDS = ("website_url", "instagram_url", "facebook_url", "twitter_url", "linkedin_url")


@dataclass(frozen=True)
class Sharing:
    """Which claims may not be passed on, and whether the page leaves their surroundings out."""

    withheld: Collection[str] = field(default_factory=frozenset)  # ids of claims
    is_open: bool = False


@dataclass(frozen=True)
class ShownClaim:
    """A claim, and how often its source states the same. On a brief page, also the other items that it states."""

    claim: Claim
    times: int
    record_no: int | None
    evidence: str  # quote, payload or reason; empty if the page shows none
    before: str
    found: str
    after: str
    is_withheld: bool
    others: tuple[str, ...]  # items of the same list
    is_repeated: bool  # it states the winner again, and the page is brief

    @property
    def value(self) -> str:
        return cut(readable(self.claim.value, self.claim.field_name) or "")

    @property
    def item(self) -> str | None:
        """The item of a list that the value belongs to, as far as the value does not say it."""
        item = (self.claim.item or "").removesuffix(f"={self.claim.value}")
        return None if not item or item == self.claim.value else item

    @property
    def link(self) -> str | None:
        return web_address(self.claim.value) if self.claim.field_name in LINKED_FIELDS else None

    @property
    def ranks(self) -> str:
        """What ranked the claim."""
        claim = self.claim
        parts = [] if claim.strategy in ("union", "derived") else list(_ranks(claim))
        if claim.verification != "verified":
            parts.insert(0, claim.verification or "")
        return " · ".join(filter(None, parts))

    @property
    def terms(self) -> str:
        """Since when it is stated, and under which terms."""
        claim = self.claim
        since = claim.source_updated_at or claim.fetched_at
        stated = "" if claim.source_name == "derived" else f"stated {since:%Y-%m-%d}"
        return " · ".join(filter(None, (stated, claim.licence)))

    @property
    def why_lost(self) -> str:
        return why_lost(self.claim)


def _ranks(claim: Claim) -> Iterator[str]:
    if claim.trust is not None:
        aged = "" if claim.decayed_trust in (None, claim.trust) else f" → {claim.decayed_trust:g}"
        yield f"trust {claim.trust:g}{aged}"
    if (claim.independent_sources or 0) > 1:
        yield f"{claim.independent_sources} independent sources"


@dataclass(frozen=True)
class ShownCell:
    """A golden cell with its claims, the winners first."""

    entity_id: str
    cell: Cell
    claims: tuple[ShownClaim, ...]

    @property
    def anchor(self) -> str:
        return f"{self.entity_id}-{self.cell.field_name}"

    @property
    def winners(self) -> list[ShownClaim]:
        return [shown for shown in self.claims if shown.claim.is_winner]

    @property
    def others(self) -> int:
        return sum(shown.times for shown in self.claims) - len(self.winners)

    @property
    def listed(self) -> list[ShownClaim]:
        """The claims with a paragraph of their own."""
        return [shown for shown in self.claims if not shown.is_repeated]

    @property
    def repeated(self) -> dict[str, int]:
        """The sources that only repeat the winner, and how often."""
        counts: dict[str, int] = {}
        for shown in self.claims:
            if shown.is_repeated:
                counts[shown.claim.source_name] = counts.get(shown.claim.source_name, 0) + shown.times
        return counts

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(shown.claim.source_name for shown in self.winners))

    @property
    def is_withheld(self) -> bool:
        return any(shown.is_withheld for shown in self.winners)


@dataclass(frozen=True)
class ShownRecord:
    """A record that claims refer to by its number."""

    number: int
    record: EvidenceRecord
    url: str | None  # of the text that was read, or of the call


@dataclass(frozen=True)
class ShownEntity:
    """An entity with its cells and records, and the few values that lists and maps show of it."""

    explanation: Explanation
    cells: tuple[ShownCell, ...]
    records: tuple[ShownRecord, ...]
    is_brief: bool = False

    @cached_property
    def _by_field(self) -> dict[str, ShownCell]:
        return {shown.cell.field_name: shown for shown in self.cells}

    def values(self, field_name: str) -> list[str]:
        """The winning values of a field."""
        shown = self._by_field.get(field_name)
        return [winner.claim.value for winner in shown.winners] if shown else []

    def value(self, field_name: str) -> str | None:
        return next(iter(self.values(field_name)), None)

    @property
    def entity_id(self) -> str:
        return self.explanation.entity.entity_id

    @property
    def name(self) -> str:
        return cut(self.value("entity_name") or self.entity_id, 200)

    @property
    def address(self) -> str:
        parts = (self.value(name) for name in ("street_address", "locality", "city", "postcode"))
        return cut(", ".join(dict.fromkeys(filter(None, parts))), 200)

    @property
    def kind(self) -> str:
        """What sort of place it is, in a word or two."""
        for name in ("canonical_place_types", "canonical_activities", "canonical_roles", "entity_class"):
            if value := self.value(name):
                return value
        return "place"

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude."""
        latitude, longitude = (self.value(name) for name in POINT)
        return (float(latitude), float(longitude)) if latitude and longitude else None

    @property
    def link_to_map(self) -> str | None:
        """The place on openstreetmap.org."""
        if self.point is None:
            return None
        latitude, longitude = self.point
        return (
            f"https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}"
            f"#map=18/{latitude:.6f}/{longitude:.6f}"
        )

    @property
    def contested(self) -> list[ShownCell]:
        return [shown for shown in self.cells if shown.cell.contested_by]


def shown_entity(explanation: Explanation, sharing: Sharing = Sharing(), *, is_brief: bool = False) -> ShownEntity:
    """The entity for a page. A brief one has less around each quote, and one line for what only repeats the winner."""
    records = _records(explanation)
    numbers = {shown.record.record_key: shown.number for shown in records}
    payloads = {key: _as_text(record) for key, record in explanation.records.items()}
    view = _View(explanation, sharing, is_brief, numbers, payloads)
    cells = sorted(explanation.cells, key=_place_of)
    return ShownEntity(explanation, tuple(view.cell(cell) for cell in cells), records, is_brief)


def _place_of(cell: Cell) -> tuple[bool, int, str]:
    """Contested cells come first, then the order of the columns of a golden record."""
    return (cell.contested_by is None, FIELD_ORDER.get(cell.field_name, len(FIELD_ORDER)), cell.field_name)


def _records(explanation: Explanation) -> tuple[ShownRecord, ...]:
    texts = {
        claim.record_key: explanation.texts[claim.extraction_id].url
        for cell in explanation.cells
        for claim in cell.claims
        if claim.extraction_id in explanation.texts
    }
    return tuple(
        ShownRecord(number, record, texts.get(key) or (record.call.url if record.call else None))
        for number, (key, record) in enumerate(explanation.records.items(), 1)
    )


def _as_text(record: EvidenceRecord) -> str:
    payload = record.payload
    return payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _readable(cell: Cell) -> Cell:
    close = cell.contested_by
    if close is None:
        return cell
    value = readable(close.losing_value, cell.field_name)
    return cell.model_copy(update={"contested_by": close.model_copy(update={"losing_value": value})})


@dataclass(frozen=True)
class _View:
    """Builds the cells of one entity."""

    explanation: Explanation
    sharing: Sharing
    is_brief: bool
    numbers: dict[str, int]
    payloads: dict[str, str]

    def cell(self, cell: Cell) -> ShownCell:
        return ShownCell(self.explanation.entity.entity_id, _readable(cell), tuple(self._claims(cell)))

    def _claims(self, cell: Cell) -> Iterator[ShownClaim]:
        """One for each source, value and outcome, in the order of the ranks."""
        ranked = sorted(cell.claims, key=lambda claim: (not claim.is_winner, claim.lost_because == "duplicate"))
        groups: dict[tuple[object, ...], list[Claim]] = {}
        for claim in ranked:
            is_listed = self.is_brief and claim.strategy == "union"
            what = () if is_listed else (claim.item, claim.value)
            key = (what, claim.source_name, claim.is_winner, claim.lost_because)
            groups.setdefault(key, []).append(claim)
        for group in groups.values():
            items = dict.fromkeys(claim.item or claim.value for claim in group)
            yield self._claim(group[0], len(group) - len(items) + 1, tuple(items)[1:])

    def _claim(self, claim: Claim, times: int, others: tuple[str, ...]) -> ShownClaim:
        evidence, parts = self._evidence(claim)
        return ShownClaim(
            claim=claim,
            times=times,
            record_no=self.numbers.get(claim.record_key or ""),
            evidence=evidence,
            before=parts[0],
            found=cut(parts[1]),
            after=parts[2],
            is_withheld=claim.claim_id in self.sharing.withheld,
            others=others,
            is_repeated=self.is_brief and claim.lost_because == "duplicate",
        )

    @property
    def _context(self) -> int:
        return BRIEF_CONTEXT if self.is_brief else CONTEXT

    def _evidence(self, claim: Claim) -> tuple[str, tuple[str, str, str]]:
        """The kind of the evidence, and the text before, in and after the place that supports the value."""
        nothing = ("", "", "")
        if self.is_brief and (claim.lost_because == "duplicate" or claim.strategy == "union"):
            return "", nothing
        text = self.explanation.texts.get(claim.extraction_id or "")
        if text:
            return "quote", quote_in_text(claim, text.text, self._context)
        payload = self.payloads.get(claim.record_key or "")
        before, found, after = value_in_payload(claim, payload, self._context) if payload else nothing
        if found:  # what stands around the value may be under other terms
            return "payload", (("", found, "") if self.sharing.is_open else (before, found, after))
        return ("reason", (claim.quote, "", "")) if claim.quote else ("", nothing)
