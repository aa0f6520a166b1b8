"""Decides which sources to ask for a query, and why. A plan is plain data; nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.calls import PlannedCall, SkippedSource, SourceQuery
from orchestrate.contracts.plan import PlannedCall as PrintedCall
from orchestrate.contracts.plan import QueryFeatures, QueryPlan
from orchestrate.contracts.plan import SkippedSource as PrintedSkip
from orchestrate.plan.query_parser import (
    Features,
    QueryError,
    Vocabulary,
    clean_query,
    load_vocabulary,
    read_query,
)
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.files import read_seed

IngestionMode = Literal["verify_one", "discover_many"]
PAGES = {"verify_one": 1, "discover_many": 3}
# How many places answer, if the query means what it seems to: the report says so when it was otherwise.
EXPECTED_HITS: Mapping[str, int | None] = {"verify_one": 1, "discover_many": None}
# Web results thin out after the first page, and each page is paid for.
PAGES_OF_UNSTRUCTURED = 1

__all__ = ["Plan", "PlannerSeeds", "QueryError", "load_planner_seeds", "plan"]


@dataclass(frozen=True)
class ConnectorRule:
    """One row of connector_rules.csv."""

    source: str
    condition: str
    needs_targets: bool
    chosen_because: str
    skipped_because: str


@dataclass(frozen=True)
class PlannerSeeds:
    vocabulary: Vocabulary
    rules: tuple[ConnectorRule, ...]
    targets: Mapping[tuple[str, str], tuple[str, ...]]  # (source, category) -> the source's own filters
    usd_per_request: Mapping[str, float]
    key_settings: Mapping[str, str | None]
    unstructured_sources: frozenset[str]
    fresh_hours: Mapping[str, float]
    seconds_between_requests: Mapping[str, float]


@dataclass(frozen=True)
class Plan:
    query: str
    ingestion_mode: IngestionMode
    features: Features
    calls: tuple[PlannedCall, ...]
    skipped: tuple[SkippedSource, ...]

    @property
    def expected_cost_usd(self) -> float:
        return sum(call.expected_cost_usd for call in self.calls)

    def printed(self) -> QueryPlan:
        """The plan as the ledger keeps it and as reports show it."""
        return QueryPlan(
            query=self.query,
            ingestion_mode=self.ingestion_mode,
            expected_hits=EXPECTED_HITS[self.ingestion_mode],
            features=QueryFeatures.model_validate(self.features),
            expected_cost_usd=round(self.expected_cost_usd, 6),
            calls=tuple(PrintedCall.model_validate(call) for call in self.calls),
            skipped=tuple(PrintedSkip.model_validate(skipped) for skipped in self.skipped),
        )


def load_planner_seeds(seeds_dir: Path) -> PlannerSeeds:
    """What the planner needs of the seeds. Raises SeedError, of whatever seed has a fault: a run needs them all."""
    check_seeds(seeds_dir)
    sources = read_seed(seeds_dir / "sources.csv")
    targets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read_seed(seeds_dir / "connector_targets.csv"):
        targets[row["source_name"], row["category"]].append(row["target"])
    rules = sorted(read_seed(seeds_dir / "connector_rules.csv"), key=lambda row: int(row["position"]))
    return PlannerSeeds(
        vocabulary=load_vocabulary(seeds_dir),
        rules=tuple(
            ConnectorRule(
                row["source_name"],
                row["condition"],
                row["needs_targets"] == "true",
                row["chosen_because"],
                row["skipped_because"],
            )
            for row in rules
        ),
        targets={key: tuple(values) for key, values in targets.items()},
        usd_per_request={
            row["source_name"]: float(row["usd_per_request"]) for row in read_seed(seeds_dir / "call_prices.csv")
        },
        key_settings={row["source_name"]: row["key_setting"] or None for row in sources},
        unstructured_sources=frozenset(row["source_name"] for row in sources if row["is_structured"] == "false"),
        fresh_hours=_numbers(sources, "fresh_hours"),
        seconds_between_requests=_numbers(sources, "seconds_between_requests"),
    )


def _numbers(rows: list[dict[str, str]], column: str) -> dict[str, float]:
    return {row["source_name"]: float(row[column]) for row in rows if row[column]}


def plan(
    query: str,
    seeds: PlannerSeeds,
    *,
    unavailable: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
    max_cost_usd: float | None = None,
) -> Plan:
    """Plan the calls for `query`.

    `unavailable` maps a source to why it cannot be asked; `only` restricts the sources. Under `max_cost_usd`
    the cheapest calls are kept first. Raises QueryError for a query or a source name that makes no sense.
    """
    text = clean_query(query)
    known = [rule.source for rule in seeds.rules]
    unknown = sorted(set(only or ()) - set(known))
    if unknown or (only is not None and not only):
        raise QueryError(f"Unknown source: {', '.join(unknown) or '(none)'}. Known: {', '.join(known)}.")
    features = read_query(text, seeds.vocabulary)
    mode: IngestionMode = "verify_one" if features.asked_name and features.locality else "discover_many"
    calls: list[PlannedCall] = []
    skipped: list[SkippedSource] = []
    for rule in seeds.rules:
        if only is not None and rule.source not in only:
            skipped.append(SkippedSource(rule.source, "not among the sources asked for"))
        elif rule.source in (unavailable or {}):
            skipped.append(SkippedSource(rule.source, (unavailable or {})[rule.source]))
        elif (call := _call(rule, text, mode, features, seeds)) is None:
            skipped.append(SkippedSource(rule.source, _why_skipped(rule, features)))
        else:
            calls.append(call)
    return _within_budget(Plan(text, mode, features, tuple(calls), tuple(skipped)), max_cost_usd)


def _call(rule: ConnectorRule, text: str, mode: str, features: Features, seeds: PlannerSeeds) -> PlannedCall | None:
    targets = _targets(rule.source, features, seeds)
    has_filter = bool(targets) or (rule.condition == "place" and bool(features.asked_name))
    if not _holds(rule.condition, features) or (rule.needs_targets and not has_filter):
        return None
    pages = PAGES_OF_UNSTRUCTURED if rule.source in seeds.unstructured_sources else PAGES[mode]
    return PlannedCall(
        source=rule.source,
        ask=SourceQuery(text, features.asked_name, targets, features.area, pages),
        reason=rule.chosen_because.format(what=_what(features), area=features.area.name),
        expected_requests=pages,
        expected_cost_usd=pages * seeds.usd_per_request[rule.source],
    )


def _why_skipped(rule: ConnectorRule, features: Features) -> str:
    """A source that might have known, and has no layer or filter for the category, is not the wrong one to ask."""
    if _holds(rule.condition, features) and features.categories:
        return f"has no list of {_what(features)} to ask for"
    return rule.skipped_because


def _what(features: Features) -> str:
    return " and ".join(c.replace("_", " ") for c in features.categories) or "named places"


def _targets(source: str, features: Features, seeds: PlannerSeeds) -> tuple[str, ...]:
    categories = [*features.categories, *(["any_sport"] if features.is_sports_related else [])]
    found = [target for category in categories for target in seeds.targets.get((source, category), ())]
    return tuple(dict.fromkeys(found))


def _holds(condition: str, features: Features) -> bool:
    return {
        "place": True,
        "sports_in_scotland": features.is_sports_related and features.region == "Scotland",
        "in_edinburgh": features.is_edinburgh_related,
        "ev": features.is_ev_related,
    }[condition]


def _within_budget(planned: Plan, max_cost_usd: float | None) -> Plan:
    """Keep the cheapest calls that fit; what is left out says so."""
    if max_cost_usd is None:
        return planned
    kept: set[str] = set()
    spent = 0.0
    for call in sorted(planned.calls, key=lambda c: c.expected_cost_usd):
        if spent + call.expected_cost_usd <= max_cost_usd + 1e-9:
            spent += call.expected_cost_usd
            kept.add(call.source)
    left_out = tuple(
        SkippedSource(
            call.source,
            f"would cost ${call.expected_cost_usd:.3f}, over the budget of ${max_cost_usd:.3f} with the rest",
        )
        for call in planned.calls
        if call.source not in kept
    )
    calls = tuple(call for call in planned.calls if call.source in kept)
    return Plan(planned.query, planned.ingestion_mode, planned.features, calls, planned.skipped + left_out)
