"""`trigpoint doctor`: checks the live sources and their prices."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

from ingest.addresses import take_apart
from ingest.calls import Area, SourceEndpoint, SourceQuery
from ingest.connectors import CONNECTORS
from ingest.errors import SourceError
from ingest.fetch import Fetch, FetchPolicy
from orchestrate.contracts.maintenance import HealthReport, SourceHealth
from orchestrate.plan.planner import SourceCatalogue
from orchestrate.settings import Settings

BOX_DEGREES = 0.01  # about a kilometre: a small area with few results


async def examine(settings: Settings, seeds: SourceCatalogue, *, ask_them: bool) -> HealthReport:
    """Check every source that a query asks. With `ask_them`, send at most one request, without retries, to each source
    with a key.
    """
    asked = [name for name, source in seeds.sources.items() if not source.follows_links]
    checks = await asyncio.gather(*(asyncio.to_thread(_check, name, settings, seeds, ask_them) for name in asked))
    return HealthReport(
        asked=ask_them,
        healthy=all(check.answers is not False for check in checks),
        spent_usd=sum(check.usd_per_request for check in checks if check.answers),
        sources=tuple(checks),
    )


def _check(source: str, settings: Settings, seeds: SourceCatalogue, ask_it: bool) -> SourceHealth:
    key_setting = seeds.key_settings.get(source)
    endpoint = settings.endpoint(source, key_setting, CONNECTORS[source].default_address or "")
    has_key = key_setting is None or endpoint.api_key is not None
    answers: bool | None = None
    sentence = "" if has_key else f"Set {key_setting} in .env to ask it."
    if ask_it and has_key:
        answers, sentence = _ask(source, endpoint, settings, seeds)
    return SourceHealth(
        source=source,
        url=take_apart(endpoint.address).url,
        key_setting=key_setting,
        has_key=has_key,
        usd_per_request=seeds.usd_per_request.get(source, 0.0),
        answers=answers,
        sentence=sentence,
    )


def _ask(source: str, endpoint: SourceEndpoint, settings: Settings, seeds: SourceCatalogue) -> tuple[bool, str]:
    """The smallest question of a run."""
    policy = FetchPolicy(
        user_agent=settings.user_agent,
        read_timeout_seconds=settings.read_timeout_seconds,
        source_timeout_seconds=settings.source_timeout_seconds,
        cancelled=threading.Event(),
        attempts=1,
    )
    connector = CONNECTORS[source]
    fetch = connector.open(source, endpoint, policy, "doctor")
    try:
        found = sum(1 for _ in _first_page(connector.read(_question(source, seeds), fetch), fetch))
    except SourceError as error:
        return False, error.sentence
    return True, f"{found} records in {sum(call.ms for call in fetch.calls):.0f} ms"


def _first_page(records: Iterator[Any], fetch: Fetch) -> Iterator[Any]:
    """The records of the first call. The next record could need a second request."""
    for number, record in enumerate(records, start=1):
        yield record
        if number >= fetch.calls[0].records:
            return


def _question(source: str, seeds: SourceCatalogue) -> SourceQuery:
    centre = seeds.vocabulary.default_area.area
    box = Area(
        centre.name,
        centre.latitude,
        centre.longitude,
        south=centre.latitude - BOX_DEGREES / 2,
        west=centre.longitude - BOX_DEGREES / 2,
        north=centre.latitude + BOX_DEGREES / 2,
        east=centre.longitude + BOX_DEGREES / 2,
        country=centre.country,
    )
    targets = next((targets for (name, _), targets in seeds.targets.items() if name == source), ())
    return SourceQuery(
        text=f"library {centre.name}", name=None, targets=targets[:1], area=box, location=centre.name, max_pages=1
    )
