"""From a sample of a list to the proposal of its mapping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.errors import SourceError
from ingest.lists.declaration.contract import MADE
from ingest.lists.fields import FIELDS, SEVERAL
from ingest.lists.proposal import Column, ColumnReport, Proposal
from ingest.lists.proposal.candidates import Candidate, candidates
from ingest.lists.proposal.choosing import Choice, choose, is_sure, settle_addresses, settle_numbers
from ingest.lists.proposal.composed import country_value, joined, reference, status_value, week_of
from ingest.lists.proposal.countries import Countries, Evidence, country_of
from ingest.lists.proposal.header_words import HeaderWords
from ingest.lists.proposal.osm_extracts import is_extract, propose_extract
from ingest.lists.proposal.points import Points, decimal_comma, settle_points
from ingest.lists.proposal.sampling import Sample
from ingest.lists.proposal.values import is_name

POINT_FIELDS = frozenset({"latitude", "longitude", "easting", "northing", "point", "geometry"})
NUMBERS = ("latitude", "longitude", "easting", "northing", "rating")
EXAMPLES = 4
WHOLE_HEADER = 0.85  # a header that has an id among other words names another id, unless it is the first


def propose(sample: Sample, words: HeaderWords, countries: Countries) -> Proposal:
    """Raises SourceError for a list without any column that can be the name of a place."""
    columns = sample.columns()
    if is_extract(sample.names):
        return propose_extract(columns)
    week = week_of(columns)
    in_week = {column.name for column in week[1]} if week else set[str]()
    others = [column for column in columns if column.name not in in_week]
    found = candidates(others, words)
    settle_numbers(found)
    choice = choose(found)
    if week:
        choice.fields["opening_hours"] = week[1]
        choice.confidence |= dict.fromkeys(in_week, 1.0)
    _need_a_name(choice, others)
    settle_addresses(choice)
    language = words.language_of([column.name for column in columns if not column.is_inner])
    evidence = country_of(choice.fields, language, countries)
    points = settle_points(choice, evidence, language, countries, others)
    notes = [*points.notes]
    identity = _identity(choice, found, sample, notes)
    values = _values(choice, week, points, countries, notes)
    _country(values, evidence, notes)
    options: dict[str, Any] = {"crs": points.crs} if points.crs else {}
    if decimal_comma(choice, dict.fromkeys(NUMBERS)):
        options["decimal"] = ","
    reports = tuple(_reports(sample, columns, choice, identity))
    return Proposal({name: values[name] for name in FIELDS if name in values}, options, identity, reports, tuple(notes))


def _need_a_name(choice: Choice, columns: Sequence[Column]) -> None:
    """Without a header that says name, the first column whose texts differ."""
    if choice.first("entity_name"):
        return
    if other := choice.first("alternate_names"):
        choice.fields["alternate_names"].remove(other)
        choice.take("entity_name", other, 0.6, "it is the only column that can be the name")
        return
    free = [column for column in columns if column.name not in choice.confidence and column.name not in choice.left]
    for column in free:
        are_names = sum(map(is_name, column.values)) >= 0.9 * len(column.values)
        if are_names and column.filled >= 0.8 and len(set(column.values)) >= 0.7 * len(column.values):
            choice.take("entity_name", column, 0.5, "no header says name; its texts differ from row to row")
            return
    raise SourceError(
        "malformed",
        "No column can be the name of a place; give the column of the names a header such as name, or check that the "
        "file is a list of places.",
    )


def _identity(choice: Choice, found: Sequence[Candidate], sample: Sample, notes: list[str]) -> list[str] | str:
    """The column that identifies a row: every row has a value of its own in it."""
    choice.fields.pop("id", None)
    offered = sorted((c for c in found if "id" in c.fields and not c.column.is_inner), key=lambda c: -c.fields["id"])
    first = sample.names[0]
    offered = [c for c in offered if c.fields["id"] >= WHOLE_HEADER or c.column.name == first]
    free = [c for c in offered if c.column.name in choice.confidence and c.best == "id"] + [
        c for c in offered if c.column.name in choice.reasons and c.best == "id"
    ]
    chosen = next((c for c in free if c.column.name in sample.unique), None)
    for candidate in free:
        name = candidate.column.name
        choice.reasons.pop(name, None)
        choice.confidence.pop(name, None)
        if candidate is chosen:
            choice.fields["id"] = [candidate.column]
            choice.confidence[name] = 1.0
        elif name in sample.unique:
            choice.left[name] = "another column is the id"
        else:
            repeated = sample.repeated.get(name)
            rows = f"{repeated:,} rows repeat a value of it" if repeated else "not every row has a value of its own"
            choice.reasons[name] = f"it may be the id, but {rows}"
    if chosen:
        return [chosen.column.name]
    notes.append(
        "No column identifies a row, so the id is made of name, address and point; a row whose name changes is new."
    )
    return MADE


def _values(choice: Choice, week: Any, points: Points, countries: Countries, notes: list[str]) -> dict[str, Any]:
    """What stands in the contract for each field."""
    _join_lines(choice, lines := dict[str, Any]())
    values: dict[str, Any] = {}
    for name, columns in choice.fields.items():
        if name in POINT_FIELDS or name == "id":
            continue
        if name == "country":
            values[name], unknown = country_value(columns[0], countries)
            if unknown:
                shown = ", ".join(unknown[:EXAMPLES])
                choice.reasons[columns[0].name] = f"these are names of no country that is known here: {shown}"
        elif name == "operating_status":
            values[name] = status_value(columns[0])
        elif name == "opening_hours" and week:
            values[name] = {"sql": week[0]}
        else:
            made = [item for column in columns for item in reference(column, name, name in SEVERAL)]
            values[name] = made[0] if len(made) == 1 else made
    return {**values, **lines, **points.fields}


def _join_lines(choice: Choice, values: dict[str, Any]) -> None:
    """The lines of an address become one text. The first line may be the name of a building."""
    lines = choice.fields.pop("address_line", [])
    first = choice.first("street_address") or choice.first("address") or choice.first("street")
    usable = [column for column in lines if not column.is_inner]
    number = choice.first("house_number")
    if usable and number and choice.first("street") and not choice.first("unit"):
        choice.fields["unit"] = usable[:1]  # the number stands between the street and this line
        lines, usable = usable[1:], []
    if not usable or (first and first.is_inner):
        for column in lines:
            choice.reasons[column.name] = "it is a further line of an address, and there is no first line"
            choice.confidence.pop(column.name, None)
        return
    name = next((n for n in ("street_address", "address", "street") if choice.first(n)), None)
    joined_columns = [*(choice.fields.pop(name) if name else ()), *_in_order(usable)]
    choice.fields["address"] = joined_columns
    values["address"] = {"sql": joined(joined_columns)}


def _in_order(columns: list[Column]) -> list[Column]:
    return sorted(columns, key=lambda column: column.name)


def _country(values: dict[str, Any], evidence: Evidence | None, notes: list[str]) -> None:
    """Phones and postcodes are read by the country of the record."""
    if "country" in values:
        return
    if evidence:
        values["country"] = {"value": evidence.country}
        notes.append(f"No column is the country. By {evidence.because} it is {evidence.country} for all rows.")
    elif "phone" in values or "postcode" in values:
        notes.append(
            "No column is the country, so national phones and postcodes may not be read. If all rows are in one "
            "country, add its ISO code under columns, such as country: {value: GB}."
        )


def _reports(
    sample: Sample, columns: Sequence[Column], choice: Choice, identity: list[str] | str
) -> list[ColumnReport]:
    field_of = {column.name: name for name, chosen in choice.fields.items() for column in chosen}
    if "latitude" not in choice.fields and (point := choice.first("point")):
        field_of[point.name] = "latitude, longitude"
    reports = []
    for column in columns:
        name = column.name
        if name in field_of:
            sure = is_sure(choice, column)
            confidence = round(choice.confidence.get(name, 0.0), 2)
            reason = None if sure else choice.reasons.get(name) or "its header is not quite clear"
            reports.append(ColumnReport(name, field_of[name], confidence, "mapped" if sure else "unsure", reason))
        elif name in choice.left:
            reports.append(ColumnReport(name, None, 0.0, "left", choice.left[name]))
        else:
            reports.append(ColumnReport(name, None, 0.0, "unsure", choice.reasons.get(name, "its header is not known")))
    reports += [ColumnReport(name, None, 0.0, "left", "empty") for name in sample.empty()]
    return reports
