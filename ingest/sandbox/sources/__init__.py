"""The sources of the sandbox, each found by the name of its module."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ingest.sandbox.source import SandboxSource

SOURCES: dict[str, SandboxSource] = {
    name: import_module(f"{__name__}.{name}").SOURCE for name in sorted(m.name for m in iter_modules(__path__))
}
