"""Random entities with many ties: few values, few snapshots, and sources that copy or contradict each other."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.models.survivorship.oracle import Claim

AS_OF = datetime(2026, 1, 1, 12)  # not midnight, so that a day of 24 hours differs from a date
PLACEHOLDER = ("N/A", "n/a")
# Value as written and normalised. There are few of each, so sources agree, contradict and spell differently.
VALUES = {
    "phone": [("+441310000001", "+441310000001"), ("+441310000002", "+441310000002"), ("+441310000003", "3")],
    "opening_hours": [('{"mo": []}', '{"mo":[]}'), ('{"mo":[]}', '{"mo":[]}'), ('{"tu": []}', '{"tu":[]}')],
    "operating_status": [
        (word, word) for word in ("operational", "closed_temporarily", "closed_permanently", "planned")
    ],
    "rating": [("4.0", "4.0"), ("4.5", "4.5")],
    "website_url": [
        ("https://club.co.uk/", "club.co.uk"),
        ("http://club.co.uk", "club.co.uk"),
        ("club.co.uk/leith", "club.co.uk/leith"),
        ("sea.com", "sea.com"),
    ],
    "entity_name": [("THE SEA CLUB", "the sea club"), ("The Sea Club", "the sea club"), ("SEA CLUB", "sea club")],
    "disabled_access": [("true", "true"), ("false", "false")],
    "summary": [
        ("A club by the sea", "a club by the sea"),
        ("A club by the SEA!", "a club by the sea"),
        ("A club by the bay", "a club by the bay"),
        ("Five pitches, a bar", "five pitches a bar"),
        ("Book now at the finest club by the sea", "book now at the finest club by the sea"),
        ("We use a Cookie for your comfort here", "we use a cookie for your comfort here"),
        ("a" * 399, "a" * 399),
        ("b" * 400, "b" * 400),
        ("c" * 450, "c" * 450),
    ],
    "street_address": [
        ("1 High Street", "1 high street"),
        ("1 HIGH STREET", "1 high street"),
        ("2 Low Rd", "2 low rd"),
    ],
    "postcode": [("EH15 1DR", "EH151DR"), ("EH15 1DS", "EH151DS")],
    "locality": [("Portobello", "portobello"), ("Leith", "leith")],
    "city": [("Edinburgh", "edinburgh"), ("Musselburgh", "musselburgh")],
    "country": [("GB", "GB"), ("IE", "IE")],
}
# Within 40 m, 149 m, 151 m, 160 m and 3 km of the first.
POINTS = [(55.95, -3.1), (55.95036, -3.1), (55.95134, -3.1), (55.95136, -3.1), (55.95, -3.10257), (55.977, -3.1)]
ITEMS = {
    "external_ids": [("osm=1", "1"), ("osm=2", "2")],
    "raw_categories": [("gym", "gym"), ("pool", "pool")],  # the item is the value
    "discovered_attributes": [("surface", "grass"), ("surface", "clay"), ("courts", "4"), ("courts", "6")],
}
TOPICS = (
    ("phone",),
    ("phone", "opening_hours"),
    ("operating_status", "opening_hours"),
    ("summary",),
    ("summary", "rating"),
    ("street_address", "postcode", "locality", "city", "country", "point"),
    ("phone", "street_address", "postcode", "locality", "point"),
    ("phone", "postcode", "locality"),
    ("website_url", "disabled_access"),
    ("entity_name", "website_url"),
    ("raw_categories", "discovered_attributes", "external_ids"),
)
SOURCES = ("serper", "serper", "serper", "openstreetmap", "google_places", "sport_scotland", "edinburgh_council")
VERIFICATIONS = ("verified",) * 5 + ("inferred",) * 4 + ("rejected",)
ALL_SOURCES = (*SOURCES, "open_charge_map", "unknown_source")
EQUAL_SOURCES = ("openstreetmap", "open_charge_map")  # with equal trust
SITES = ("arena.com", "bowls.org", "club.co.uk", "mapcarta.com", "zebra.net")
PASSAGES = (
    None,
    "call the club by the sea on this number",
    "one two three four five six seven eight",
    "one two three four five six seven",
)
PAST_SNAPSHOTS = [AS_OF - timedelta(days=days) for days in (1, 30, 400)]
AGES = (0, 1, 8, 29, 30, 31, 364, 365, 366, 730, 731, 1095, 1460)
NEAR_AGES = (timedelta(0), timedelta(hours=12), timedelta(hours=-12), timedelta(seconds=1), timedelta(seconds=-1))


@dataclasses.dataclass(frozen=True)
class Scene:
    """An entity in a snapshot, and the choices for its records. Fewer choices give more ties."""

    entity_id: str
    snapshot_at: datetime
    topic: tuple[str, ...]
    sources: tuple[str, ...]
    verifications: tuple[str, ...]
    confidences: tuple[float | None, ...]
    usual_times: tuple[datetime, ...]  # records of one run have one time


@dataclasses.dataclass(frozen=True)
class Record:
    scene: Scene
    source_name: str
    source_record_id: str
    page_domain: str | None
    fetched_at: datetime
    source_updated_at: datetime | None


def draw_time(dice: random.Random, snapshot_at: datetime) -> datetime:
    """Near a day on which a rule changes its result, or any time; sometimes later than the snapshot."""
    if dice.random() < 0.2:
        return snapshot_at - timedelta(seconds=dice.randint(-100_000, 100_000_000))
    return snapshot_at - timedelta(days=dice.choice(AGES)) + dice.choice(NEAR_AGES)


def draw_scene(dice: random.Random, entity_id: str, snapshot_at: datetime) -> Scene:
    return Scene(
        entity_id,
        snapshot_at,
        topic=dice.choice(TOPICS),
        sources=dice.choice([SOURCES, ALL_SOURCES, ("serper",), (dice.choice(SOURCES),), EQUAL_SOURCES]),
        verifications=dice.choice([VERIFICATIONS, VERIFICATIONS, ("verified",), ("inferred",)]),
        confidences=dice.choice([(None, 0.5, 0.9, 0.9), (0.9,), (None,)]),
        usual_times=tuple(draw_time(dice, snapshot_at) for _ in range(2)),
    )


def draw_record(dice: random.Random, scene: Scene) -> Record:
    source = dice.choice(scene.sources)
    return Record(
        scene,
        source,
        str(dice.randint(1, 10_000)),
        dice.choice(SITES) if source == "serper" else None,
        dice.choice(scene.usual_times) if dice.random() < 0.6 else draw_time(dice, scene.snapshot_at),
        draw_time(dice, scene.snapshot_at) if dice.random() < 0.3 else None,
    )


def draw_value(dice: random.Random, field: str) -> tuple[str | None, str, str]:
    """Item, value and normalised value."""
    if field in ITEMS:
        item, value = dice.choice(ITEMS[field])
        return item, value, value
    return None, *(PLACEHOLDER if dice.random() < 0.06 else dice.choice(VALUES[field]))


DOUBTS = ("foreign_phone", "shared_line", "no_house_number", "capitals")


def claim_of(dice: random.Random, record: Record, field: str, drawn: tuple[str | None, str, str]) -> Claim:
    item, value, value_normalised = drawn
    is_doubtful = record.page_domain or dice.random() < 0.1
    verification = dice.choice(record.scene.verifications) if is_doubtful else "verified"
    return Claim(
        claim_id=f"{dice.getrandbits(64):016x}",
        entity_id=record.scene.entity_id,
        record_key=f"{record.source_name}:{record.source_record_id}",
        source_name=record.source_name,
        source_record_id=record.source_record_id,
        field_name=field,
        item=item,
        value=value,
        value_normalised=value_normalised,
        is_placeholder=value == PLACEHOLDER[0],
        verification=verification,
        rejected_because=dice.choice(["other_entity", "ungrounded_rejected"]) if verification == "rejected" else None,
        confidence=dice.choice(record.scene.confidences),
        page_domain=record.page_domain,
        passage=dice.choice(PASSAGES) if record.page_domain else None,
        fetched_at=record.fetched_at,
        source_updated_at=record.source_updated_at,
        snapshot_at=record.scene.snapshot_at,
        doubt=dice.choice(DOUBTS) if dice.random() < 0.15 else None,
    )


def claims_of(dice: random.Random, record: Record) -> Iterator[Claim]:
    """Most fields of the topic. A page sometimes has a claim from the rules and one from a model."""
    for field in record.scene.topic:
        if dice.random() < 0.25:
            continue
        if field == "point":
            yield from point_of(dice, record)
            continue
        for _ in range(2 if record.page_domain and dice.random() < 0.3 else 1):
            yield claim_of(dice, record, field, draw_value(dice, field))


def point_of(dice: random.Random, record: Record) -> Iterator[Claim]:
    """Both coordinates are eligible or neither is, because a source gives them together."""
    latitude, longitude = dice.choice(POINTS)
    north = claim_of(dice, record, "latitude", (None, str(latitude), f"{latitude:.3f}"))
    east = claim_of(dice, record, "longitude", (None, str(longitude), f"{longitude:.3f}"))
    yield north
    yield dataclasses.replace(east, verification=north.verification, rejected_because=north.rejected_because)


def correction_of(dice: random.Random, scene: Scene) -> Claim:
    decided = draw_time(dice, scene.snapshot_at)
    record = Record(scene, "manual_override", str(dice.randint(1, 99)), None, decided, decided)
    field = dice.choice([field for field in scene.topic if field != "point"])
    correction = claim_of(dice, record, field, draw_value(dice, field))
    return dataclasses.replace(correction, verification="verified", rejected_because=None, confidence=1.0)


def draw_snapshot(dice: random.Random, scene: Scene) -> list[Claim]:
    drawn = [draw_record(dice, scene) for _ in range(dice.randint(1, 7))]
    records = {(record.source_name, record.source_record_id): record for record in drawn}
    claims = [claim for record in records.values() for claim in claims_of(dice, record)]
    if dice.random() < 0.2:
        claims.extend(correction_of(dice, scene) for _ in range(dice.randint(1, 2)))
    return claims


def draw_entity(dice: random.Random, entity_id: str) -> list[Claim]:
    """Its claims now and in past snapshots. A past snapshot has most of the current claims, or other claims."""
    now = draw_snapshot(dice, draw_scene(dice, entity_id, AS_OF))
    claims = list(now)
    for snapshot_at in dice.sample(PAST_SNAPSHOTS, dice.randint(0, 2)):
        if dice.random() < 0.5:
            missing = {claim.record_key for claim in now if dice.random() < 0.1}
            claims.extend(
                dataclasses.replace(claim, snapshot_at=snapshot_at) for claim in now if claim.record_key not in missing
            )
        else:
            claims.extend(draw_snapshot(dice, draw_scene(dice, entity_id, snapshot_at)))
    return claims
