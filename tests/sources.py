"""The list of sources, for tests that hold for each of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from orchestrate.settings import SEEDS_DIR
from orchestrate.store.sources import read_sources

LISTED = read_sources(SEEDS_DIR)
SOURCES = tuple(source.name for source in LISTED)
SEARCHED = tuple(source.name for source in LISTED if not source.follows_links)  # asked for a query
KEYS = tuple(source.key_setting for source in LISTED if source.key_setting)


def example(source: str, name: str) -> Any:
    """The value of `name` in the test file of the source, for example GOOD_ANSWER."""
    return getattr(import_module(f"tests.ingest.connectors.test_{source}"), name)
