"""Gives each field its columns. A column has at most one field; where two columns want one field, one waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.lists.fields import SEVERAL
from ingest.lists.proposal import SURE, Column
from ingest.lists.proposal.candidates import BY_VALUES, Candidate
from ingest.lists.proposal.header_words import words_of

MANY_PARTS = 2  # commas of a whole address
LEAST = 0.5  # confidence below which a column is not mapped
MOST_COLUMNS = {"phone": 4, "email": 3, "website_url": 2, "alternate_names": 6, "raw_categories": 8, "address_line": 4}
SEVERAL_COLUMNS = SEVERAL | {"address_line"}
TOWNS = (("locality",), ("localita",), ("localidade",), ("localidad",), ("suburb",))  # the town, if no other is


@dataclass
class Choice:
    """Field -> its columns in order of preference; and, of each column, confidence and reason."""

    fields: dict[str, list[Column]] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)  # by the name of the column
    reasons: dict[str, str] = field(default_factory=dict)  # why a column is unsure
    left: dict[str, str] = field(default_factory=dict)  # columns that are no field for a reason that is sure

    def take(self, name: str, column: Column, confidence: float, reason: str = "") -> None:
        self.fields.setdefault(name, []).append(column)
        self.confidence[column.name] = confidence
        if reason:
            self.reasons[column.name] = reason

    def first(self, name: str) -> Column | None:
        return next(iter(self.fields.get(name, ())), None)

    def drop(self, name: str, reason: str) -> None:
        """Unmap a field. Its columns are unsure."""
        for column in self.fields.pop(name, ()):
            self.reasons[column.name] = reason
            self.confidence.pop(column.name, None)

    def move(self, old: str, new: str) -> None:
        self.fields.setdefault(new, []).extend(self.fields.pop(old, ()))


def choose(found: Sequence[Candidate]) -> Choice:
    choice = Choice()
    offers = sorted(_offers(found), key=lambda offer: (-offer[0], offer[1]))
    given: set[str] = set()
    for score, _, name, candidate in offers:
        column = candidate.column
        if column.name in given or candidate.is_nothing or score < LEAST:
            continue
        taken = choice.fields.get(name, [])
        most = MOST_COLUMNS.get(name, 1) if name in SEVERAL_COLUMNS else 1
        if len(taken) >= most or (taken and score < BY_VALUES):
            choice.reasons.setdefault(column.name, f"it may be {name}, which is taken from {taken[0].name}")
            continue
        given.add(column.name)
        choice.reasons.pop(column.name, None)
        choice.take(name, column, score, candidate.why.get(name, "") if score < 0.95 else "")
    _explain_the_rest(found, choice, given)
    return choice


def _offers(found: Sequence[Candidate]) -> Iterator[tuple[float, int, str, Candidate]]:
    for position, candidate in enumerate(found):
        for name, score in candidate.fields.items():
            if name not in ("id", "house_number") or score == candidate.fields.get(candidate.best or ""):
                yield score, position, name, candidate


def _explain_the_rest(found: Sequence[Candidate], choice: Choice, given: set[str]) -> None:
    for candidate in found:
        name = candidate.column.name
        if name in given:
            continue
        is_inner_id = candidate.best == "id" and candidate.column.is_inner
        if candidate.is_nothing or is_inner_id:
            choice.reasons.pop(name, None)
            choice.left[name] = "no field of a record"
        elif name not in choice.reasons:
            choice.reasons[name] = candidate.doubts[0] if candidate.doubts else "its header is not known"


def settle_numbers(found: Sequence[Candidate]) -> None:
    """`No` and `Nr` are the house number only beside a street without numbers; else they count the rows."""
    names = [candidate.column.name for candidate in found]
    streets = {
        position
        for position, candidate in enumerate(found)
        if candidate.best in ("street", "street_address") and not _has_numbers(candidate.column)
    }
    for position, candidate in enumerate(found):
        is_ambiguous = {"house_number", "id"} <= candidate.fields.keys()
        if is_ambiguous or candidate.best == "house_number":
            is_beside = bool({position - 1, position + 1} & streets)
            is_plain = any(word in ("house", "haus", "street") for word in words_of(names[position]))
            if is_beside or is_plain:
                candidate.fields.pop("id", None)
            elif is_ambiguous:
                candidate.fields.pop("house_number", None)


def settle_addresses(choice: Choice) -> None:
    """Decide from the values what is a street, a street with its number, and a whole address."""
    _settle_towns(choice)
    whole = choice.first("address")
    has_town = choice.first("city")
    is_taken = choice.first("street_address") or choice.first("street")
    if whole and has_town and not is_taken and not _repeats(whole, choice):
        choice.move("address", "street_address")
    street, number = choice.first("street"), choice.first("house_number")
    if street and not number and _has_numbers(street) and not choice.first("street_address"):
        choice.move("street", "street_address")
    line = choice.first("street_address")
    if line and number and not _has_numbers(line) and not choice.first("street"):
        choice.move("street_address", "street")
    if number and not choice.first("street") and not choice.first("address_line"):
        where = f"{line.name} has the number" if line else "no column is the street"
        choice.drop("house_number", f"it may be house_number, but {where}")


def _settle_towns(choice: Choice) -> None:
    """Where no other column is the town, the locality is it."""
    locality, city = choice.first("locality"), choice.first("city")
    if locality and not city and words_of(locality.name)[-1:] in TOWNS:
        choice.move("locality", "city")
    elif locality and city and city.filled < 0.5 * locality.filled:
        choice.fields["city"].append(locality)
        del choice.fields["locality"]


def _has_numbers(column: Column) -> bool:
    return sum(any(c.isdigit() for c in value) for value in column.values) >= 0.5 * len(column.values)


def _repeats(whole: Column, choice: Choice) -> bool:
    """Whether the address also names the postcode or the town, which have columns of their own."""
    if sum(value.count(",") >= MANY_PARTS for value in whole.values) >= 0.5 * len(whole.values):
        return True
    for name in ("postcode", "city", "locality"):
        part = choice.first(name)
        if part and whole.cells and part.cells:
            both = [(a.casefold(), b.casefold()) for a, b in zip(whole.cells, part.cells, strict=True) if a and b]
            if both and sum(b in a for a, b in both) >= 0.5 * len(both):
                return True
    return False


def is_sure(choice: Choice, column: Column) -> bool:
    return choice.confidence.get(column.name, 0.0) >= SURE and column.name not in choice.reasons
