"""Learns trust from the claims, without labels. It proposes a change of the seed and makes none.

The model is ACCU of Dong, Berti-Equille and Srivastava (2009), "Integrating conflicting data: the role of source
dependence". The accuracy of a source is the share of its claims that are right. A wrong claim has one of
`wrong_values` wrong values. Expectation maximisation (Dempster, Laird and Rubin 1977) alternates two steps: it
estimates the probability of each value from the accuracies, and the accuracies from these probabilities. The present
trust is the prior, with the weight of PRIOR_CLAIMS claims. A copy is not an independent source: each
provenance_group counts once in a cell.

The interval is that of a beta distribution. The truth of a cell is itself an estimate, so a claim counts as less than
one case (the missing information of Louis 1982).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.contracts.learning.tuning import TrustEstimate, TrustTuning
from orchestrate.errors import UsageError
from orchestrate.learn.statistics.beta import beta_interval
from orchestrate.seeds.files import read_seed
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.queries import check_holds_all_claims
from orchestrate.store.seed_proposal import Row, seed_diff, seed_number, seed_text, what_was_built

PERSON = "manual_override"  # a person's trust is fixed
# Two measurements are never equal and do not contradict each other, so nothing is learned from them.
MEASURED = ("latitude", "longitude", "rating", "rating_count")
MIN_CELLS = 20  # that another source has a value for too
PRIOR_CLAIMS = 5.0
MIN_POINTS_APART = 5  # a smaller distance from the rest of the source gives a field no row of its own
LEAST, GREATEST = 0.01, 0.99
ITERATIONS = 200
TOLERANCE = 0.0002  # stop when no accuracy changes by more

# A source and a field. The field "*" means every field without its own row.
Unit = tuple[str, str]


@dataclass(frozen=True)
class Pattern:
    """Cells of a field with the same sources behind each value. `values` has the sources and weights of each value."""

    field_name: str
    values: tuple[tuple[tuple[str, float], ...], ...]
    cells: int


@dataclass
class Tally:
    """The claims of a source in cells that other sources have too, and the expected number of right ones."""

    cells: int = 0
    claims: float = 0.0
    right: float = 0.0
    unsure: float = 0.0  # the sum of p (1 - p), with p the probability that a claim is right

    def add(self, other: Tally) -> None:
        self.cells += other.cells
        self.claims += other.claims
        self.right += other.right
        self.unsure += other.unsure


@dataclass(frozen=True)
class Accuracy:
    """The share of claims that are right, with a 95 % credible interval."""

    share: float
    low: float
    high: float
    cells: int


@dataclass(frozen=True)
class EmResult:
    accuracies: dict[Unit, Accuracy]
    own_fields: tuple[Unit, ...]  # fields that differ from the rest of their source and get their own row
    cells: int
    iterations: int


def tune_trust(warehouse: Path, seed: Path) -> TrustTuning:
    """Estimate the accuracy of each source from the claims of the last build of `warehouse`.

    Raises UsageError if no two sources have a value for the same cell.
    """
    rows = read_seed(seed)
    current = {(row["source_name"], row["field_name"]): seed_number(seed, row, "trust") for row in rows}
    with what_was_built(warehouse, "No claim has been ranked yet. Run a query first.") as connection:
        check_holds_all_claims(connection)
        patterns = read_patterns(connection)
    learned = learn(patterns, {unit: trust / 100 for unit, trust in current.items()}, project_vars()["wrong_values"])
    estimates = tuple(_estimate(unit, current.get(unit), learned) for unit in (*current, *learned.own_fields))
    changes = tuple(each for each in estimates if each.kept_because is None and each.to != each.from_)
    proposed = seed_text(_with_changes(rows, changes))
    return TrustTuning(
        cells=learned.cells,
        iterations=learned.iterations,
        sources=estimates,
        changes=changes,
        seed=proposed,
        diff=seed_diff(seed, proposed),
    )


def read_patterns(connection: duckdb.DuckDBPyConnection) -> list[Pattern]:
    """The cells of `intermediate.int_claims_scored` with more than one independent source.

    A page that shows another source's data counts as that source. If it states two values, each has half the weight.
    """
    rows = connection.execute(
        """
        with stated as (
            select distinct
                entity_id,
                field_name,
                value_normalised,
                provenance_group,
                if(
                    provenance_group in (select source_name from intermediate.int_claims_scored),
                    provenance_group, source_name
                ) as source
            from intermediate.int_claims_scored
            where is_current and is_eligible and strategy in ('trust', 'group')
                and field_name not in (select unnest(?))
        ),

        weighted as (
            select
                *,
                1.0 / count(*) over (partition by entity_id, field_name, provenance_group) as weight,
                count(distinct provenance_group) over (partition by entity_id, field_name) as provenance_groups
            from stated
        ),

        sources_by_value as (
            select
                entity_id, field_name, value_normalised,
                list([source, weight::double::varchar] order by source, weight) as who
            from weighted
            where provenance_groups > 1
            group by entity_id, field_name, value_normalised
        ),

        cells as (
            select entity_id, field_name, list(who order by who) as sources
            from sources_by_value
            group by entity_id, field_name
        )

        select field_name, sources, count(*) as cells from cells
        group by field_name, sources order by field_name, sources
        """,
        [list(MEASURED)],
    ).fetchall()
    return [
        Pattern(field_name, tuple(tuple((source, float(weight)) for source, weight in who) for who in sources), cells)
        for field_name, sources, cells in rows
    ]


def learn(patterns: list[Pattern], current: Mapping[Unit, float], wrong_values: int) -> EmResult:
    """Accuracies by expectation maximisation. A field that differs from the rest of its source is learned separately.

    Raises UsageError if there are no patterns.
    """
    if not patterns:
        raise UsageError("No two sources have a value for the same cell, so there is nothing to learn from.")
    own_fields: tuple[Unit, ...] = ()
    shares, tallies, iterations = _settle(patterns, current, wrong_values)
    while apart := _fields_apart(shares, tallies, current):
        own_fields += apart
        current = {**current, **{unit: _prior(unit, current) for unit in apart}}
        shares, tallies, more = _settle(patterns, current, wrong_values)
        iterations += more
    accuracies = {unit: _accuracy(shares[unit], tally) for unit, tally in _by_unit(tallies, current).items()}
    return EmResult(accuracies, own_fields, sum(pattern.cells for pattern in patterns), iterations)


def _settle(
    patterns: list[Pattern], current: Mapping[Unit, float], wrong_values: int
) -> tuple[dict[Unit, float], dict[Unit, Tally], int]:
    """The accuracy of each unit, the tally of each source and field, and the number of iterations."""
    seen = {(source, pattern.field_name) for pattern in patterns for who in pattern.values for source, _ in who}
    unit_of = {source_field: _unit(source_field, current) for source_field in sorted(seen)}
    shares = {unit: _held(_prior(unit, current)) for unit in unit_of.values()}
    moved, iteration = math.inf, 0
    while moved > TOLERANCE and iteration < ITERATIONS:
        tallies = _expect(
            patterns, {source_field: shares[unit] for source_field, unit in unit_of.items()}, wrong_values
        )
        following = {
            unit: _share(tally, _prior(unit, current)) if unit[0] != PERSON else GREATEST
            for unit, tally in _by_unit(tallies, current).items()
        }
        moved = max(abs(following[unit] - shares[unit]) for unit in shares)
        shares, iteration = following, iteration + 1
    return shares, tallies, iteration


def _expect(patterns: list[Pattern], share_of: Mapping[Unit, float], wrong_values: int) -> dict[Unit, Tally]:
    """The E step: the claims of each source and field, weighted by their probability."""
    tallies: dict[Unit, Tally] = {source_field: Tally() for source_field in share_of}
    for pattern in patterns:
        for who, likely in zip(pattern.values, _posteriors(pattern, share_of, wrong_values), strict=True):
            for source, weight in who:
                claims = pattern.cells * weight
                tallies[source, pattern.field_name].add(
                    Tally(0, claims, claims * likely, claims * likely * (1 - likely))
                )
        for source in {source for who in pattern.values for source, _ in who}:
            tallies[source, pattern.field_name].cells += pattern.cells
    return tallies


def _posteriors(pattern: Pattern, share_of: Mapping[Unit, float], wrong_values: int) -> list[float]:
    """The probability of each value, given its sources. Each wrong value that no source states has odds of 1."""
    votes = []
    for who in pattern.values:
        shares = [(share_of[source, pattern.field_name], weight) for source, weight in who]
        votes.append(sum(weight * math.log(wrong_values * share / (1 - share)) for share, weight in shares))
    highest = max(0.0, *votes)
    odds = [math.exp(vote - highest) for vote in votes]
    unnamed = max(wrong_values + 1 - len(votes), 0) * math.exp(-highest)
    return [each / (sum(odds) + unnamed) for each in odds]


def _fields_apart(
    shares: Mapping[Unit, float], tallies: Mapping[Unit, Tally], current: Mapping[Unit, float]
) -> tuple[Unit, ...]:
    """For each source: the field without a row that clearly differs most from the rest of the source.

    Only one field at a time, because it also moves the rest: other fields may differ only until it is removed.
    """
    furthest: dict[str, tuple[float, Unit]] = {}
    for source_field, tally in tallies.items():
        unit = _unit(source_field, current)
        if unit == source_field or unit[0] == PERSON or tally.cells < MIN_CELLS:
            continue
        in_field = _accuracy(_share(tally, shares[unit]), tally)
        distance = abs(in_field.share - shares[unit])
        is_clear = distance * 100 >= MIN_POINTS_APART and not in_field.low <= shares[unit] <= in_field.high
        if is_clear:
            furthest[unit[0]] = max(furthest.get(unit[0], (0.0, source_field)), (distance, source_field))
    return tuple(source_field for _, source_field in furthest.values())


def _by_unit(tallies: Mapping[Unit, Tally], current: Mapping[Unit, float]) -> dict[Unit, Tally]:
    units: dict[Unit, Tally] = {}
    for source_field, tally in tallies.items():
        units.setdefault(_unit(source_field, current), Tally()).add(tally)
    return units


def _unit(source_field: Unit, current: Mapping[Unit, float]) -> Unit:
    return source_field if source_field in current else (source_field[0], "*")


def _prior(unit: Unit, current: Mapping[Unit, float]) -> float:
    """The seed's trust in the field, or else in the source, or else 0.5."""
    return current.get(unit, current.get((unit[0], "*"), 0.5))


def _share(tally: Tally, prior: float) -> float:
    return _held((PRIOR_CLAIMS * prior + tally.right) / (PRIOR_CLAIMS + tally.claims))


def _held(share: float) -> float:
    return min(max(share, LEAST), GREATEST)


def _accuracy(share: float, tally: Tally) -> Accuracy:
    """The accuracy with its interval. Unsure claims count as less than one case."""
    cases = max(tally.claims - tally.unsure / (share * (1 - share)), 0.0)
    return Accuracy(share, *beta_interval(share, PRIOR_CLAIMS + cases), tally.cells)


def _estimate(unit: Unit, trust: float | None, learned: EmResult) -> TrustEstimate:
    """The estimate for a row of the seed, or for a new row, and the reason if there is no proposal."""
    found = learned.accuracies.get(unit)
    return TrustEstimate(
        source_name=unit[0],
        field_name=unit[1],
        from_=trust,
        to=round(100 * found.share) if found else None,
        low=round(found.low, 3) if found else None,
        high=round(found.high, 3) if found else None,
        learned=round(found.share, 3) if found else None,
        cells=found.cells if found else 0,
        kept_because=_kept_because(unit, found),
    )


def _kept_because(unit: Unit, found: Accuracy | None) -> str | None:
    if unit[0] == PERSON:
        return "a person's trust is fixed"
    if found is None:
        return "no other source has a value for its cells"
    if found.cells < MIN_CELLS:
        return f"other sources have a value for only {found.cells} of its cells; {MIN_CELLS} are needed"
    return None


def _with_changes(rows: list[Row], changes: Sequence[TrustEstimate]) -> list[Row]:
    """The seed's rows with the learned trust, and the new rows at the end."""
    learned = {(change.source_name, change.field_name): change for change in changes}
    known = []
    for row in rows:
        change = learned.pop((row["source_name"], row["field_name"]), None)
        known.append({**row, "trust": str(change.to)} if change else row)
    new = [
        {
            **dict.fromkeys(rows[0], ""),
            "source_name": source,
            "field_name": field,
            "trust": str(change.to),
            "why": f"learned from {change.cells} cells",
        }
        for (source, field), change in learned.items()
    ]
    return known + new
