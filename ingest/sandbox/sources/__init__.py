"""The sources of the sandbox, each found by the name of its module: the name of the source."""

from __future__ import annotations

from ingest.discovery import found_by_name
from ingest.sandbox.source import SandboxSource

SOURCES: dict[str, SandboxSource] = found_by_name(__name__, __path__, "SOURCE")
