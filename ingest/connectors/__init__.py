"""The connectors, each found by the name of its module: the name of the source."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ingest.connector import Connector

CONNECTORS: dict[str, Connector[Any]] = {
    name: import_module(f"{__name__}.{name}").CONNECTOR for name in sorted(m.name for m in iter_modules(__path__))
}
