"""The stand-in for the real services. Each source answers under its own name, in its own wire format."""

from __future__ import annotations

from starlette.applications import Starlette

from ingest.sandbox.sources import SOURCES

app = Starlette(routes=[route for source in SOURCES.values() for route in source.routes])
