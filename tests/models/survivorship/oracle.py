"""The survivorship rules in plain Python, written from docs/architecture.md and the seeds, to test the SQL.

It is slow and handles one entity and snapshot at a time, so it is easy to compare with the document.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

ADDRESS = ("street_address", "postcode", "locality", "latitude", "longitude")
RANK_OF = {"verified": 2, "inferred": 1, "rejected": 0}
CORRECTION = "manual_override"

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Claim:
    """A row of `int_claims` with the columns that the rules read."""

    claim_id: str
    entity_id: str
    record_key: str
    source_name: str
    source_record_id: str
    field_name: str
    item: str | None
    value: str
    value_normalised: str
    is_placeholder: bool
    verification: str
    rejected_because: str | None
    confidence: float | None
    page_domain: str | None
    passage: str | None
    fetched_at: datetime
    source_updated_at: datetime | None
    snapshot_at: datetime
    doubt: str | None = None

    @property
    def stated_at(self) -> datetime:
        return self.source_updated_at or self.fetched_at

    @property
    def is_correction(self) -> bool:
        return self.source_name == CORRECTION

    @property
    def cell(self) -> tuple[str, str | None]:
        return self.field_name, self.item

    @property
    def subject(self) -> str:
        """The site of a website, else the value."""
        return self.value_normalised.partition("/")[0] if self.field_name == "website_url" else self.value_normalised

    @property
    def form_rank(self) -> int:
        """1 for a page of its own and for a name with small letters; the pages here have no general names."""
        if self.field_name == "website_url":
            return int("/" in self.value_normalised)
        return int(self.field_name != "entity_name" or not self.value.isupper() or len(self.value) <= 4)

    @property
    def confidence_or_lowest(self) -> float:
        """The extractor's confidence; without one, lower than any."""
        return -1 if self.confidence is None else self.confidence


@dataclass(frozen=True)
class ClaimSettings:
    """The settings of a source and a field in the seeds."""

    strategy: str
    trust: float
    half_life_days: float | None
    retention_days: int | None


@dataclass(frozen=True)
class Rules:
    """The seeds and variables of the document's section on survivorship."""

    settings: dict[tuple[str, str], ClaimSettings]
    syndication: dict[str, str]
    pages: set[str]  # the sources that are web pages
    calibration: dict[str, tuple[float, float]]
    variables: dict[str, Any]


@dataclass(frozen=True)
class ScoredClaim:
    """A claim with the factors that depend on it alone."""

    claim: Claim
    trust: float  # before age
    aged_trust: float
    is_expired: bool
    text_completeness: int
    vote: int
    is_address: bool
    is_page_contact: bool

    @property
    def is_eligible(self) -> bool:
        return not (self.claim.is_placeholder or self.claim.verification == "rejected" or self.is_expired)

    @property
    def points(self) -> int:
        return whole(self.aged_trust)


@dataclass(frozen=True)
class Address:
    rank: int
    is_compatible: bool


@dataclass(frozen=True)
class Contender:
    """A claim with the support for its value and the rank of its record's address."""

    scored: ScoredClaim
    support: int
    independent_sources: int
    address: Address | None
    is_shut: bool = False  # hours of a place that is permanently closed or only planned

    @property
    def claim(self) -> Claim:
        return self.scored.claim

    @property
    def is_lone_contact(self) -> bool:
        return self.scored.is_page_contact and self.independent_sources < 2

    @property
    def is_eligible_in_cell(self) -> bool:
        return self.scored.is_eligible and (self.address is None or self.address.is_compatible) and not self.is_shut


@dataclass(frozen=True)
class Verdict:
    """The result of the models for one claim in one snapshot."""

    claim_rank: int
    is_winner: bool
    lost_because: str | None
    margin: float
    group_rank: int | None
    is_compatible: bool | None
    support: int
    independent_sources: int


@dataclass(frozen=True)
class Survived:
    verdicts: dict[tuple[str, datetime], Verdict]  # by claim and snapshot
    confidence: dict[tuple[str, datetime, str], float]  # by entity, snapshot and field


def whole(number: float) -> int:
    """The nearest whole number; a half goes up. Python's `round` would take a half to the even number."""
    return math.floor(number + 0.5)


def grouped(items: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for key, item in items:
        groups[key].append(item)
    return groups


def load_rules(project_root: Path) -> Rules:
    def seed(name: str) -> list[dict[str, str]]:
        with (project_root / "dbt_project" / "seeds" / f"{name}.csv").open(newline="") as rows:
            return list(csv.DictReader(rows))

    trust = {(row["source_name"], row["field_name"]): float(row["trust"]) for row in seed("source_trust")}
    half_life = {row["field_name"]: float(row["half_life_days"]) for row in seed("field_half_life")}
    retention = {(row["source_name"], row["field_group"]): row["retention_days"] for row in seed("source_terms")}
    return Rules(
        settings={
            (source, field["field_name"]): ClaimSettings(
                strategy=field["strategy"],
                trust=trust.get((source, field["field_name"]), trust[source, "*"]),
                half_life_days=half_life.get(field["field_name"]),
                retention_days=int(days)
                if (days := retention.get((source, field["terms_group"]), retention.get((source, "all"))))
                else None,
            )
            for field in seed("field_strategies")
            for source in {source for source, _ in trust}
        },
        syndication={row["domain"]: row["provenance_group"] for row in seed("syndication")},
        pages={row["source_name"] for row in seed("sources") if row["is_structured"] == "false"},
        calibration={
            row["field_name"]: (float(row["slope"]), float(row["intercept"])) for row in seed("confidence_calibration")
        },
        variables=yaml.safe_load((project_root / "dbt_project.yml").read_text())["vars"],
    )


def survive(claims: Iterable[Claim], rules: Rules) -> Survived:
    found = Survived({}, {})
    for (entity_id, snapshot_at), together in grouped(((c.entity_id, c.snapshot_at), c) for c in claims).items():
        contenders = without_hours_if_shut(contend(together, rules, snapshot_at))
        cells = grouped((contender.claim.cell, contender) for contender in contenders)
        for (field, _), cell in cells.items():
            verdicts = rank(cell)
            found.verdicts.update({(claim_id, snapshot_at): verdict for claim_id, verdict in verdicts.items()})
            certainty = confidence(cell, verdicts, rules)
            if certainty is not None:  # a list has the confidence of its least certain item
                key = entity_id, snapshot_at, field
                found.confidence[key] = min(certainty, found.confidence.get(key, 1))
    return found


def contend(claims: list[Claim], rules: Rules, snapshot_at: datetime) -> list[Contender]:
    """All claims about an entity in a snapshot, with their support and address."""
    scored = [score(claim, rules, snapshot_at) for claim in claims]
    votes = independent_votes(scored, provenance_groups(claims, rules))
    support = {key: sum(of_value.values()) for key, of_value in votes.items()}
    addresses = rank_addresses([each for each in scored if each.is_address], support, rules)
    return [
        Contender(
            each,
            support=support.get(value_key(each.claim), 0),
            independent_sources=len(votes.get(value_key(each.claim), ())),
            address=addresses.get(each.claim.record_key) if each.is_address else None,
        )
        for each in scored
    ]


def without_hours_if_shut(contenders: list[Contender]) -> list[Contender]:
    statuses = sorted((each for each in contenders if each.claim.field_name == "operating_status"), key=order)
    if (
        not statuses
        or not statuses[0].is_eligible_in_cell
        or statuses[0].claim.value not in ("closed_permanently", "planned")
    ):
        return contenders
    return [replace(each, is_shut=each.claim.field_name == "opening_hours") for each in contenders]


def score(claim: Claim, rules: Rules, snapshot_at: datetime) -> ScoredClaim:
    settings = rules.settings[claim.source_name, claim.field_name]
    aged_trust = settings.trust * (rules.variables[f"{claim.doubt}_belief"] if claim.doubt else 1)
    if settings.half_life_days:
        days = max((snapshot_at - claim.stated_at).days, 0)
        aged_trust *= 0.5 ** (days / settings.half_life_days)
    aged_trust = whole(aged_trust * 10_000) / 10_000
    is_expired = settings.retention_days is not None and snapshot_at >= claim.fetched_at + timedelta(
        settings.retention_days
    )
    return ScoredClaim(
        claim,
        trust=settings.trust,
        aged_trust=aged_trust,
        is_expired=is_expired,
        text_completeness=text_completeness(claim.value, rules) if settings.strategy == "narrative" else 0,
        vote=vote(aged_trust, claim.verification, rules.variables),
        is_address=settings.strategy == "group",
        is_page_contact=claim.page_domain is not None and claim.field_name in rules.variables["contact_fields"],
    )


def text_completeness(text: str, rules: Rules) -> int:
    is_boilerplate = re.search(rules.variables["boilerplate_pattern"], text, re.IGNORECASE)
    return 0 if is_boilerplate else min(len(text), 400)


def vote(aged_trust: float, verification: str, variables: dict[str, Any]) -> int:
    belief = variables["verified_belief" if verification == "verified" else "inferred_belief"]
    accuracy = min(aged_trust / 100 * belief, variables["greatest_confidence"])
    return whole(1000 * math.log(max(variables["wrong_values"] * accuracy / (1 - accuracy), 1)))


def provenance_groups(claims: list[Claim], rules: Rules) -> dict[str, str]:
    """The provenance group of each claim: its source, its site, or the site or source that the site copied."""
    sites = {c.claim_id: rules.syndication.get(c.page_domain, c.page_domain) for c in claims if c.page_domain}
    passages = grouped(((c.cell, c.passage), sites[c.claim_id]) for c in claims if is_long_passage(c, rules))
    copied = grouped(
        ((c.cell, sites[c.claim_id]), first_group(passages[c.cell, c.passage]))
        for c in claims
        if is_long_passage(c, rules)
    )
    found = {}
    for claim in claims:
        site = sites.get(claim.claim_id)
        found[claim.claim_id] = first_group([site, *copied.get((claim.cell, site), [])]) if site else claim.source_name
    return found


def first_group(names: Iterable[str]) -> str:
    """A source before a site, then the first in alphabetical order."""
    return min(names, key=lambda name: ("." in name, name))


def is_long_passage(claim: Claim, rules: Rules) -> bool:
    """Whether a passage is long enough to prove a copy."""
    words = (claim.passage or "").split()
    return claim.page_domain is not None and len(words) >= rules.variables["copied_passage_words"]


def value_key(claim: Claim) -> tuple[Hashable, str]:
    return claim.cell, claim.value_normalised


def independent_votes(scored: list[ScoredClaim], group_of: dict[str, str]) -> dict[Hashable, dict[str, int]]:
    """The best vote of each provenance group, for each value of each cell."""
    votes: dict[Hashable, dict[str, int]] = defaultdict(dict)
    for each in scored:
        if each.is_eligible:
            of_value, provenance_group = votes[value_key(each.claim)], group_of[each.claim.claim_id]
            of_value[provenance_group] = max(each.vote, of_value.get(provenance_group, 0))
    return votes


@dataclass(frozen=True)
class Group:
    """The eligible claims of one record about the address."""

    members: list[ScoredClaim]
    support: dict[Hashable, int]

    def claims_about(self, field: str) -> list[Claim]:
        return [each.claim for each in self.members if each.claim.field_name == field]

    @property
    def gaps(self) -> int:
        has_point = self.claims_about("latitude") and self.claims_about("longitude")
        return [bool(self.claims_about(field)) for field in ("street_address", "postcode", "locality")].count(False) + (
            not has_point
        )

    @property
    def postcode(self) -> str | None:
        """Of several postcodes, the one that comes first in its cell."""
        claims = sorted(
            self.claims_about("postcode"),
            key=lambda claim: (
                -RANK_OF[claim.verification],
                -self.support[value_key(claim)],
                -claim.confidence_or_lowest,
                claim.claim_id,
            ),
        )
        return claims[0].value_normalised if claims else None

    @property
    def point(self) -> tuple[float, float] | None:
        latitude, longitude = self.claims_about("latitude"), self.claims_about("longitude")
        return (float(latitude[0].value), float(longitude[0].value)) if latitude and longitude else None

    def order(self) -> tuple[Any, ...]:
        claims = [each.claim for each in self.members]
        return (
            -min(RANK_OF[claim.verification] for claim in claims),
            -max(each.points for each in self.members),
            -sum(
                max((self.support[value_key(claim)] for claim in self.claims_about(field)), default=0)
                for field in ("street_address", "postcode", "latitude")
            ),
            self.gaps,
            -max(claim.confidence_or_lowest for claim in claims),
            -max(claim.stated_at for claim in claims).timestamp(),
            claims[0].source_name,
            claims[0].record_key,
        )


def rank_addresses(scored: list[ScoredClaim], support: dict[Hashable, int], rules: Rules) -> dict[str, Address]:
    """The rank of each record's address, by record."""
    members = grouped(
        (each.claim.record_key, each)
        for each in scored
        if each.is_eligible and each.claim.field_name in ADDRESS and not each.claim.is_correction
    )
    groups = {record_key: Group(of_record, support) for record_key, of_record in members.items()}
    ordered = sorted(groups, key=lambda record_key: groups[record_key].order())
    return {
        record_key: Address(number, number == 1 or fills_gaps(groups[ordered[0]], groups[record_key], rules.variables))
        for number, record_key in enumerate(ordered, start=1)
    }


def fills_gaps(first: Group, other: Group, variables: dict[str, Any]) -> bool:
    evidence = []
    if first.postcode and other.postcode:
        evidence.append(first.postcode == other.postcode)
    if first.point and other.point:
        evidence.append(metres_between(first.point, other.point) <= variables["same_address_metres"])
    return all(evidence) and (bool(evidence) or first.gaps == 1)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance on a spherical Earth."""
    (lat_1, lon_1), (lat_2, lon_2) = (tuple(map(math.radians, point)) for point in (one, other))
    across = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(across))


def order(contender: Contender) -> tuple[Any, ...]:
    """The sort key of a claim in its cell: the factors in the document's order."""
    claim, scored = contender.claim, contender.scored
    return (
        not contender.is_eligible_in_cell,
        not claim.is_correction,
        contender.address.rank if contender.address else math.inf,
        contender.is_lone_contact,
        -RANK_OF[claim.verification],
        -scored.text_completeness,
        -scored.points,
        -contender.support,
        -claim.confidence_or_lowest,
        -claim.stated_at.timestamp(),
        claim.source_name,
        claim.source_record_id,
        claim.claim_id,
    )


def rank(cell: list[Contender]) -> dict[str, Verdict]:
    """The claims of one cell, by claim."""
    in_order = sorted(cell, key=order)
    ordered = by_full_form(in_order)
    first = ordered[0]

    def rival(contender: Contender) -> Contender:
        return first if contender.claim.subject == first.claim.subject else in_order[0]

    return {
        contender.claim.claim_id: Verdict(
            claim_rank=number,
            is_winner=number == 1 and first.is_eligible_in_cell,
            lost_because=None if number == 1 and first.is_eligible_in_cell else why_lost(contender, rival(contender)),
            margin=round(rival(contender).scored.aged_trust - contender.scored.aged_trust, 4),
            group_rank=contender.address.rank if contender.address else None,
            is_compatible=contender.address.is_compatible if contender.address else None,
            support=contender.support,
            independent_sources=contender.independent_sources,
        )
        for number, contender in enumerate(ordered, start=1)
    }


def by_full_form(ordered: list[Contender]) -> list[Contender]:
    """The claims that say more fully what the first one says come before it, if they are as good a witness."""
    first = ordered[0]
    return sorted(
        ordered,
        key=lambda other: (
            not other.is_eligible_in_cell
            or first.claim.is_correction
            or other.claim.subject != first.claim.subject
            or other.claim.form_rank <= first.claim.form_rank
            or other.is_lone_contact > first.is_lone_contact
            or RANK_OF[other.claim.verification] < RANK_OF[first.claim.verification]
        ),
    )


def why_lost(loser: Contender, first: Contender) -> str:
    claim, winner = loser.claim, first.claim
    is_other_address = loser.address != first.address
    points, winner_points = loser.scored.points, first.scored.points
    reasons = (
        ("placeholder", claim.is_placeholder),
        ("other_entity", claim.verification == "rejected" and claim.rejected_because == "other_entity"),
        ("unverified", claim.verification == "rejected"),
        ("expired", loser.scored.is_expired),
        ("closed", loser.is_shut),
        ("no_eligible_claim", not first.is_eligible_in_cell),
        ("duplicate", claim.value_normalised == winner.value_normalised),
        ("override", winner.is_correction),
        ("less_specific", claim.subject == winner.subject and claim.form_rank < winner.form_rank),
        ("other_address", is_other_address and points == winner_points),
        ("page_contact", loser.is_lone_contact and not first.is_lone_contact),
        ("unverified", RANK_OF[claim.verification] < RANK_OF[winner.verification]),
        ("less_complete_text", loser.scored.text_completeness < first.scored.text_completeness),
        ("trust", points < winner_points and loser.scored.trust < first.scored.trust),
        ("doubtful", points < winner_points and claim.doubt is not None),
        ("decay", points < winner_points),
        ("other_address", is_other_address),
        ("outvoted", loser.support < first.support),
        ("confidence", claim.confidence_or_lowest < winner.confidence_or_lowest),
        ("recency", claim.stated_at < winner.stated_at),
        ("tie", True),
    )
    return next(reason for reason, holds in reasons if holds)


def confidence(cell: list[Contender], verdicts: dict[str, Verdict], rules: Rules) -> float | None:
    """The confidence of the cell's value; None without a winner."""
    winner = next((contender for contender in cell if verdicts[contender.claim.claim_id].is_winner), None)
    if winner is None:
        return None
    odds = {each.claim.value_normalised: math.exp(each.support / 1000) for each in cell if each.scored.is_eligible}
    unstated = max(rules.variables["wrong_values"] + 1 - len(odds), 0)  # the stated values may include the right one
    certainty = calibrated(
        odds[winner.claim.value_normalised] / (sum(odds.values()) + unstated), winner.claim.field_name, rules
    )
    is_lone = winner.claim.source_name in rules.pages and winner.independent_sources == 1
    cap = "lone_inference_confidence" if is_lone and winner.claim.verification == "inferred" else "greatest_confidence"
    return min(certainty, rules.variables[cap])


def calibrated(probability: float, field: str, rules: Rules) -> float:
    slope, intercept = rules.calibration.get(field, rules.calibration["*"])
    clamped = min(max(probability, 0.0001), 0.9999)
    return 1 / (1 + math.exp(-(slope * math.log(clamped / (1 - clamped)) + intercept)))
