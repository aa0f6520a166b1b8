"""The connectors, each found by the name of its module: the name of the source."""

from __future__ import annotations

from typing import Any

from ingest.connector import Connector
from ingest.discovery import found_by_name

CONNECTORS: dict[str, Connector[Any]] = found_by_name(__name__, __path__, "CONNECTOR")
