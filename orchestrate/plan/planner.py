"""Decides which sources to ask for a query, and why. A plan is only data: nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from extract.folding import compact
from ingest.calls import PlannedCall, SkippedSource, SourceQuery
from ingest.target_forms import TARGET_FORMS
from orchestrate.contracts.plan import PlannedCall as PrintedCall
from orchestrate.contracts.plan import QueryFeatures, QueryPlan
from orchestrate.contracts.plan import SkippedSource as PrintedSkip
from orchestrate.plan.areas.pins import Pin, pinned_area
from orchestrate.plan.coverage import Coverage, read_coverage
from orchestrate.plan.query_parser import Features, QueryError, clean_query, read_query
from orchestrate.plan.query_vocabulary import Vocabulary, load_vocabulary
from orchestrate.seeds.check import check_seeds
from orchestrate.seeds.files import read_seed
from orchestrate.store.sources import Source, read_sources

IngestionMode = Literal["verify_one", "discover_many"]
PAGES = {"verify_one": 1, "discover_many": 3}
# The expected number of places. The report says so if a run finds another number.
EXPECTED_HITS: Mapping[str, int | None] = {"verify_one": 1, "discover_many": None}
# Later pages of web results have few useful results, and each page costs money.
PAGES_OF_UNSTRUCTURED = 1

__all__ = ["Plan", "QueryError", "SourceCatalogue", "load_source_catalogue", "plan"]


@dataclass(frozen=True)
class SourceCatalogue:
    """The planner's data from the seeds: the vocabulary of queries, and the sources in the order of asking."""

    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    targets: Mapping[tuple[str, str], tuple[str, ...]]  # (source, category) -> the source's own filters
    coverage: Coverage
    country_names: Mapping[str, str]  # by ISO 3166 alpha-2

    @cached_property
    def usd_per_request(self) -> Mapping[str, float]:
        return {name: source.usd_per_request for name, source in self.sources.items()}

    @cached_property
    def key_settings(self) -> Mapping[str, str | None]:
        return {name: source.key_setting for name, source in self.sources.items()}

    @cached_property
    def unstructured_sources(self) -> frozenset[str]:
        return frozenset(name for name, source in self.sources.items() if not source.is_structured)

    @cached_property
    def link_source(self) -> str | None:
        """The source that reads the links of search results."""
        return next((name for name, source in self.sources.items() if source.follows_links), None)

    @cached_property
    def searched_texts(self) -> frozenset[str]:
        """The unstructured sources that are asked for the query."""
        return self.unstructured_sources - {self.link_source or ""}

    @cached_property
    def fresh_hours(self) -> Mapping[str, float]:
        return {name: source.fresh_hours for name, source in self.sources.items()}

    @cached_property
    def seconds_between_requests(self) -> Mapping[str, float]:
        return {name: source.seconds_between_requests for name, source in self.sources.items()}


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
        """The plan for the ledger and the reports."""
        return QueryPlan(
            query=self.query,
            ingestion_mode=self.ingestion_mode,
            expected_hits=EXPECTED_HITS[self.ingestion_mode],
            features=QueryFeatures.model_validate(self.features),
            expected_cost_usd=round(self.expected_cost_usd, 6),
            calls=tuple(PrintedCall.model_validate(call) for call in self.calls),
            skipped=tuple(PrintedSkip.model_validate(skipped) for skipped in self.skipped),
        )


def load_source_catalogue(seeds_dir: Path) -> SourceCatalogue:
    """The planner's data from the seeds. Raises SeedError for a fault in any seed, because a run needs all of them."""
    check_seeds(seeds_dir)
    targets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read_seed(seeds_dir / "connector_targets.csv"):
        targets[row["source_name"], row["category"]].append(row["target"])
    return SourceCatalogue(
        vocabulary=load_vocabulary(seeds_dir),
        sources={source.name: source for source in read_sources(seeds_dir)},
        targets={key: tuple(values) for key, values in targets.items()},
        coverage=read_coverage(seeds_dir),
        country_names={row["country"]: row["country_name"] for row in read_seed(seeds_dir / "countries.csv")},
    )


def plan(
    query: str,
    seeds: SourceCatalogue,
    *,
    unavailable: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
    max_cost_usd: float | None = None,
    pin: Pin | None = None,
    pages: int = 0,
) -> Plan:
    """Plan the calls for `query`, in the area that it names or that `pin` states.

    At most `pages` of the links that the search finds are read.

    `unavailable` maps a source to the reason why it cannot be asked; `only` restricts the sources. `max_cost_usd`
    keeps the cheapest calls. Raises QueryError for a query that makes no sense or an unknown source.
    """
    text = clean_query(query)
    known = list(seeds.sources)
    unknown = sorted(set(only or ()) - set(known))
    if unknown or (only is not None and not only):
        raise QueryError(f"Unknown source: {', '.join(unknown) or '(none)'}. Known: {', '.join(known)}.")
    features = read_query(text, seeds.vocabulary, pinned_area(pin or Pin(), seeds.vocabulary.atlas))
    mode: IngestionMode = "verify_one" if features.asked_name and features.locality else "discover_many"
    calls: list[PlannedCall] = []
    skipped: list[SkippedSource] = []
    for source in seeds.sources.values():
        if source.follows_links:
            continue
        if only is not None and source.name not in only:
            skipped.append(SkippedSource(source.name, "not among the sources asked for"))
        elif (call := _call(source, text, mode, features, seeds)) is None:
            skipped.append(SkippedSource(source.name, _why_skipped(source, features, seeds.coverage)))
        elif source.name in (unavailable or {}):
            skipped.append(SkippedSource(source.name, (unavailable or {})[source.name]))
        else:
            calls.append(call)
    affordable = _within_budget(Plan(text, mode, features, tuple(calls), tuple(skipped)), max_cost_usd)
    return _with_pages(affordable, pages, seeds)


def _call(source: Source, text: str, mode: str, features: Features, seeds: SourceCatalogue) -> PlannedCall | None:
    targets = _targets(source, features, seeds)
    if not _is_for(source, features, seeds.coverage) or not _can_filter(source, targets, features):
        return None
    pages = PAGES[mode] if source.is_structured else PAGES_OF_UNSTRUCTURED
    return PlannedCall(
        source=source.name,
        ask=SourceQuery(text, features.asked_name, targets, features.area, _location(features, seeds), pages),
        reason=source.chosen_because.format(what=_what(features), area=features.area.name),
        expected_requests=pages,
        expected_cost_usd=pages * source.usd_per_request,
    )


def _with_pages(planned: Plan, pages: int, seeds: SourceCatalogue) -> Plan:
    """The plan with the pages to read. It costs at most two requests a page: the site's robots.txt comes first."""
    searches = [call for call in planned.calls if call.source in seeds.searched_texts]
    if not pages or seeds.link_source is None:
        return planned
    source = seeds.sources[seeds.link_source]
    if not searches:
        skipped = SkippedSource(source.name, "no search is asked, so there are no links to read")
        return replace(planned, skipped=(*planned.skipped, skipped))
    call = PlannedCall(
        source=source.name,
        ask=replace(searches[0].ask, targets=(), max_pages=pages),
        reason=source.chosen_because,
        expected_requests=2 * pages,
        expected_cost_usd=2 * pages * source.usd_per_request,
    )
    return replace(planned, calls=(*planned.calls, call))


def _location(features: Features, seeds: SourceCatalogue) -> str:
    """The area, its region and its country, each once."""
    area = features.area
    parts = [area.name, features.region, seeds.country_names.get(area.country or "")]
    named = {compact(part): part for part in reversed(parts) if part}
    return ", ".join(reversed(named.values()))


def _is_for(source: Source, features: Features, coverage: Coverage) -> bool:
    """Whether the source covers the subject and the area of the query."""
    is_about = source.asked_about is None or features.is_about(source.asked_about)
    return is_about and _covers(source, features, coverage)


def _covers(source: Source, features: Features, coverage: Coverage) -> bool:
    places = coverage.get(source.name)
    return not places or any(place.covers(features.area, features.region) for place in places)


def _can_filter(source: Source, targets: Collection[str], features: Features) -> bool:
    return bool(not source.needs_target or targets or (source.is_name_enough and features.asked_name))


def _why_skipped(source: Source, features: Features, coverage: Coverage) -> str:
    """The reason for a skip. A source that covers the query may have no layer or filter for the category."""
    if not _covers(source, features, coverage):
        places = " and ".join(place.place for place in coverage[source.name])
        return f"outside its coverage, which is {places}"
    if _is_for(source, features, coverage) and features.categories:
        return f"has no filter for {_what(features)}"
    return source.skipped_because


def _what(features: Features) -> str:
    """What a source filters by. The sentences of the seed need no plural of it."""
    names = {kind.kind: kind.name.lower() for kind in features.kinds}
    return " and ".join(names.get(c, c.replace("_", " ")) for c in features.categories) or "the name"


def _targets(source: Source, features: Features, seeds: SourceCatalogue) -> tuple[str, ...]:
    """The source's own filters. A source that needs none gets them for all of the categories, or for none."""
    categories = [*features.categories, *(["any_sport"] if features.is_sports_related else [])]
    of_each = [seeds.targets.get((source.name, category), ()) for category in categories]
    if not source.needs_target and not all(of_each):
        return ()
    found = [target for targets in of_each for target in targets]
    if (form := TARGET_FORMS.get(source.name)) and form.of_tags:
        found += [form.of_tags(kind.tags) for kind in features.kinds]
    return tuple(dict.fromkeys(found))


def _within_budget(planned: Plan, max_cost_usd: float | None) -> Plan:
    """Keep the cheapest calls that fit the budget. The others are skipped with that reason."""
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
